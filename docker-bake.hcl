# docker buildx bake [worker|worker-baked]; values come from environment variables of these names.
variable "DOCKERHUB_REPO" { default = "local" }
variable "DOCKERHUB_IMG" { default = "worker-f5-tts" }
variable "RELEASE_VERSION" { default = "dev" }
variable "SOURCE" { default = "" }   # where the code is, for the image's label
variable "REVISION" { default = "" } # the commit, likewise
variable "CA" { default = "" }       # a bundle of certificate authorities to trust while downloading

group "default" {
  targets = ["worker"]
}

target "worker" {
  context    = "."
  dockerfile = "Dockerfile"
  target     = "worker"
  platforms  = ["linux/amd64"]
  tags       = ["${DOCKERHUB_REPO}/${DOCKERHUB_IMG}:${RELEASE_VERSION}"]
  secret     = CA == "" ? [] : ["id=ca,src=${CA}"]
  args = {
    BAKE_MODEL      = "vocoder"
    BAKE_FLASH_ATTN = "auto"
    VERSION         = RELEASE_VERSION
    SOURCE          = SOURCE
    REVISION        = REVISION
  }
}

# Nothing to download at a start: F5-TTS v1 (CC-BY-NC-4.0), the vocoder and FlashAttention are inside.
target "worker-baked" {
  inherits = ["worker"]
  tags     = ["${DOCKERHUB_REPO}/${DOCKERHUB_IMG}:${RELEASE_VERSION}-baked"]
  args = {
    BAKE_MODEL      = "all"
    BAKE_FLASH_ATTN = "1"
  }
}
