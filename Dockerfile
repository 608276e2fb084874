# The worker's image.
#   arguments  BAKE_MODEL=vocoder|none|all, BAKE_FLASH_ATTN=auto|1|0, VERSION, SOURCE, REVISION, BASE
#   secrets    ca: a bundle of certificate authorities to trust while downloading; apt: an apt.conf naming mirrors or a
#              proxy. Both can be left out, and neither gets into a layer. Proxies: --build-arg https_proxy=...
# Only `worker`, the last stage, ships. Its layers go from what changes least to what changes most, and every file in
# them has the same date, so that a rebuild of the same files is the same layer.
# `make base` writes the newest digest here.
ARG BASE=docker.io/library/debian:bookworm-slim@sha256:88200866dfff7ea7f5cbcb6ec7c8a701889efe6fe859fe64d6990e4b07ea4171

FROM ${BASE} AS base
RUN --mount=type=secret,id=ca --mount=type=secret,id=apt \
    export APT_CONFIG=/run/secrets/apt DEBIAN_FRONTEND=noninteractive \
    && apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3.11 tini \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
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
COPY requirements/runtime.txt requirements/f5-tts.txt /build/
# Bytecode saves seconds at every start. It is bound to no date, because pulling an image may change the files' dates.
# What goes again: headers, static archives and protoc, which only compilers use; the libraries that no other file
# names; a language model that captions don't read; tests; and triton, which torch declares for its compiler, with the setuptools that triton declares.
# /layers/NAME holds what becomes one layer; NVIDIA's libraries change least.
RUN --mount=type=secret,id=ca --mount=type=cache,target=/root/.cache/uv \
    export VIRTUAL_ENV=/opt/venv UV_LINK_MODE=copy PYC_INVALIDATION_MODE=UNCHECKED_HASH \
    && python3.11 -m venv /opt/venv \
    && with-ca /opt/uv/bin/uv pip install --no-deps --require-hashes --compile-bytecode \
        -r /build/runtime.txt -r /build/f5-tts.txt \
    && /opt/uv/bin/uv pip uninstall triton setuptools \
    && site=/opt/venv/lib/python3.11/site-packages && cd "${site}" \
    && rm -rf torch/include torch/share torch/bin/protoc* nvidia/*/include \
    && rm nvidia/cusolver/lib/libcusolverMg.so.* nvidia/cuda_nvrtc/lib/*.alt.so.* nvidia/cublas/lib/libnvblas.so.* \
        nvidia/cufft/lib/libcufftw.so.* nvidia/cuda_cupti/lib/libcheckpoint.so nvidia/cuda_cupti/lib/libpcsampling* \
    && rm pocketsphinx/model/en-us/en-us.lm.bin && rm -f c2pa/libs/*.rlib \
    && find . -name '*.a' -delete && rm -f /opt/venv/.lock \
    && find mpmath networkx numpy sympy -type d -name tests -prune -exec rm -rf {} + \
    && for name in nvidia torch; do \
        mkdir -p "/layers/${name}${site}" && mv "${name}" "/layers/${name}${site}/"; \
    done \
    && mkdir -p /layers/other/opt && cd / && mv /opt/venv /layers/other/opt/ \
    && find /layers -exec touch --no-dereference --date=2020-01-01T00:00Z {} +

FROM base AS runtime
COPY --from=packages /layers/nvidia/ /
COPY --from=packages /layers/torch/ /
COPY --from=packages /layers/other/ /

FROM runtime AS baked
ARG BAKE_MODEL=vocoder
ARG BAKE_FLASH_ATTN=auto
COPY image/with-ca image/bake /usr/local/bin/
COPY warmup ./warmup
COPY tts/*.py ./tts/
COPY tts/media/__init__.py ./tts/media/
COPY tts/media/bucket/__init__.py tts/media/bucket/address.py ./tts/media/bucket/
RUN --mount=type=secret,id=ca with-ca bake /app/baked "${BAKE_MODEL}" "${BAKE_FLASH_ATTN}" \
    && chmod -R a+rX,go-w baked \
    && mkdir -p /layers/flash_attn/app/baked /layers/weights/app \
    && mv baked/flash_attn* /layers/flash_attn/app/baked/ && mv baked /layers/weights/app/ \
    && find /layers -exec touch --no-dereference --date=2020-01-01T00:00Z {} +

FROM base AS code
WORKDIR /code
COPY image/entry /layers/code/usr/local/bin/
COPY handler.py test_input.json LICENSE ./
COPY cli ./cli
COPY sdk ./sdk
COPY warmup ./warmup
COPY tts ./tts
# Bytecode of the code itself is checked against its source, so that a file edited in a container counts.
RUN python3.11 -m compileall -q --invalidation-mode checked-hash . \
    && chmod -R a+rX,go-w . /layers \
    && mkdir -p /layers/assets/app/tts /layers/code/app && mv tts/assets /layers/assets/app/tts/ \
    && cp -R . /layers/code/app/ \
    && find /layers -exec touch --no-dereference --date=2020-01-01T00:00Z {} +

FROM runtime AS shipped
# `utility` is nvidia-smi, which the warm-up asks about the driver. HOME is that of the user whom `entry` changes to.
ENV PYTHONUNBUFFERED=1 \
    HOME=/home/worker \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=baked /layers/flash_attn/ /
COPY --from=baked /layers/weights/ /
COPY --from=code /layers/assets/ /
COPY --from=code /layers/code/ /
# Recordings of strangers are decoded here, which is no work for root: `entry` needs root for the volume's sake, and is
# user 1000 before tini starts. There is no USER, so that it can.
ENTRYPOINT ["entry", "tini", "--"]
CMD ["python", "-u", "handler.py"]

# What a job leaves behind stays in this stage; `worker` takes an empty folder from it, so that it can't be left out.
FROM shipped AS verified
COPY image/verify.py /tmp/
RUN mkdir /tmp/volume && TTS_VOLUME_DIR=/tmp/volume entry tini -s -- python - < /tmp/verify.py \
    && mkdir /tmp/verified && touch --date=2020-01-01T00:00Z /tmp/verified

FROM shipped AS worker
COPY --from=verified /tmp/verified/ /app/
ARG VERSION=dev
ARG SOURCE
ARG REVISION
LABEL org.opencontainers.image.title="worker-f5-tts" \
      org.opencontainers.image.description="F5-TTS voice cloning on RunPod Serverless" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT"
