# The worker's image.
#   arguments  BAKE_MODEL=vocoder|none|all, BAKE_FLASH_ATTN=0|1, RUN_AS=1000|0, VERSION, BASE
#   secrets    ca: a bundle of certificate authorities to trust while downloading; apt: an apt.conf naming mirrors or a
#              proxy. Both can be left out, and neither gets into a layer. Proxies: --build-arg https_proxy=...
# Only `worker`, the last stage, ships. Its layers go from what changes least to what changes most, and every file in
# them has the same date, so that a rebuild of the same files is the same layer.
ARG BASE=docker.io/library/debian:bookworm-slim
ARG RUN_AS=1000

FROM ${BASE} AS base
RUN --mount=type=secret,id=ca --mount=type=secret,id=apt \
    export APT_CONFIG=/run/secrets/apt DEBIAN_FRONTEND=noninteractive \
    && apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3.11 tini \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/ldconfig/* /var/cache/debconf/*-old /var/log/*
# Group 0, so that a volume which belongs to root and lets its group write can be written.
RUN useradd --uid 1000 --gid 0 --create-home --no-log-init worker \
    && install --directory --mode=755 /app && install --directory --owner=1000 --group=0 --mode=775 /app/output
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app

FROM base AS packages
ARG UV=0.13.8
COPY image/with-ca /usr/local/bin/
RUN --mount=type=secret,id=ca --mount=type=secret,id=apt \
    export APT_CONFIG=/run/secrets/apt DEBIAN_FRONTEND=noninteractive \
    && apt-get update \
    && apt-get install --yes --no-install-recommends python3.11-venv \
    && python3.11 -m venv /opt/uv \
    && with-ca /opt/uv/bin/pip install --quiet --disable-pip-version-check "uv==${UV}"
COPY requirements/runtime.txt /build/
# Bytecode saves seconds at every start. It is bound to no date, because pulling an image may change the files' dates.
# What goes again: headers, static archives and protoc, which only compilers use, and tests.
# /layers/NAME holds what becomes one layer; NVIDIA's libraries change least.
RUN --mount=type=secret,id=ca --mount=type=cache,target=/root/.cache/uv \
    export VIRTUAL_ENV=/opt/venv UV_LINK_MODE=copy PYC_INVALIDATION_MODE=UNCHECKED_HASH \
    && python3.11 -m venv /opt/venv \
    && with-ca /opt/uv/bin/uv pip install --no-deps --require-hashes --compile-bytecode -r /build/runtime.txt \
    && site=/opt/venv/lib/python3.11/site-packages && cd "${site}" \
    && rm -rf torch/include torch/share torch/bin/protoc* triton/FileCheck nvidia/*/include \
    && find . -name '*.a' -delete && rm -f /opt/venv/.lock \
    && find mpmath networkx sympy -type d -name tests -prune -exec rm -rf {} + \
    && for name in nvidia triton torch; do \
        mkdir -p "/layers/${name}${site}" && mv "${name}" "/layers/${name}${site}/"; \
    done \
    && mkdir -p /layers/other/opt && cd / && mv /opt/venv /layers/other/opt/ \
    && find /layers -exec touch --no-dereference --date=2020-01-01T00:00Z {} +

FROM base AS runtime
COPY --from=packages /layers/nvidia/ /
COPY --from=packages /layers/triton/ /
COPY --from=packages /layers/torch/ /
COPY --from=packages /layers/other/ /

FROM runtime AS baked
ARG BAKE_MODEL=vocoder
ARG BAKE_FLASH_ATTN=0
COPY image/with-ca /usr/local/bin/
COPY warmup ./warmup
COPY tts/*.py ./tts/
RUN --mount=type=secret,id=ca mkdir baked \
    && case "${BAKE_MODEL}" in \
        none) ;; \
        vocoder|all) with-ca python -m warmup.weights --bake /app/baked/hub "${BAKE_MODEL}" ;; \
        *) echo "BAKE_MODEL=${BAKE_MODEL} is not allowed; it is vocoder, none or all" >&2; exit 1 ;; \
    esac \
    && case "${BAKE_FLASH_ATTN}" in \
        0) ;; \
        1) with-ca python -m warmup.flash_attn --bake /app/baked/flash_attn ;; \
        *) echo "BAKE_FLASH_ATTN=${BAKE_FLASH_ATTN} is not allowed; it is 0 or 1" >&2; exit 1 ;; \
    esac \
    && chmod -R a+rX,go-w baked \
    && mkdir -p /layers/baked/app && mv baked /layers/baked/app/ \
    && find /layers -exec touch --no-dereference --date=2020-01-01T00:00Z {} +

FROM base AS code
WORKDIR /code
COPY handler.py test_input.json LICENSE ./
COPY warmup ./warmup
COPY tts ./tts
# Bytecode of the code itself is checked against its source, so that a file edited in a container counts.
RUN python3.11 -m compileall -q --invalidation-mode checked-hash . \
    && chmod -R a+rX,go-w . \
    && mkdir -p /layers/assets/app/tts /layers/code/app && mv tts/assets /layers/assets/app/tts/ \
    && cp -R . /layers/code/app/ \
    && find /layers -exec touch --no-dereference --date=2020-01-01T00:00Z {} +

FROM runtime AS shipped
ARG VERSION=dev
ARG RUN_AS
LABEL org.opencontainers.image.title="worker-f5-tts" \
      org.opencontainers.image.description="F5-TTS voice cloning on RunPod Serverless" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT"
# `utility` is nvidia-smi, which the warm-up asks about the driver.
ENV PYTHONUNBUFFERED=1 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=baked /layers/baked/ /
COPY --from=code /layers/assets/ /
COPY --from=code /layers/code/ /
# Recordings of strangers are decoded here, which is no work for root. The price: on a network volume that only root
# may write nothing is kept, and the start says so; RUN_AS=0 builds an image for those who want that volume used.
USER ${RUN_AS}
ENTRYPOINT ["tini", "--"]
CMD ["python", "-u", "handler.py"]

# What a job leaves behind stays in this stage; `worker` takes an empty folder from it, so that it can't be left out.
FROM shipped AS verified
ARG RUN_AS
COPY image/verify.py /tmp/
RUN python - "${RUN_AS}" < /tmp/verify.py \
    && mkdir /tmp/verified && touch --date=2020-01-01T00:00Z /tmp/verified

FROM shipped AS worker
COPY --from=verified /tmp/verified/ /app/
