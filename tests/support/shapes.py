"""Inputs as public clients send them to F5-TTS and to other voices, and what each of their names should become here.

Names are those of the services' documents and of public workers; values are made up. For every name that isn't one of
ours: the field that it is here, OUT (it isn't needed), INSIDE (its content belongs into the input itself), JOBS (one
text a job) or ONE (one recording).
"""

from __future__ import annotations

from typing import Any

OUT, INSIDE, JOBS, ONE = (
    "leave it out",
    "directly in the job's input",
    "each text as a job",
    "one rec",
)
B64, WEB = "UklGRiQAAABXQVZF", "https://files.example/me.wav"
GEN = {"gen_text": "Hello there.", "ref_text": "Some call me nature."}
GEN_IS = {"gen_text": "text", "ref_text": "voice_text"}
OPENAI = {"model": "tts-1", "input": "Hello there.", "voice": "alloy"}
OPENAI_IS = {"model": OUT, "input": "text"}

SHAPES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "upstream's Python call": (
        {**GEN, "ref_file": B64, "nfe_step": 32, "cfg_strength": 2, "sway_sampling_coef": -1, "target_rms": 0.1},
        {**GEN_IS, "ref_file": "voice_base64", "nfe_step": "steps", "sway_sampling_coef": "sway", "target_rms": OUT},
    ),
    "upstream's command line file": (
        {
            **GEN,
            "model": "F5TTS_v1_Base",
            "ref_audio": B64,
            "gen_file": "",
            "remove_silence": True,
            "output_dir": "out",
        },
        {
            **GEN_IS,
            "model": OUT,
            "ref_audio": "voice_base64",
            "gen_file": OUT,
            "remove_silence": OUT,
            "output_dir": OUT,
        },
    ),
    "upstream's fixed length": (
        {**GEN, "ref_audio": B64, "fix_duration": 6.5, "cross_fade_duration": 0.15},
        {**GEN_IS, "ref_audio": "voice_base64", "fix_duration": "duration_s", "cross_fade_duration": OUT},
    ),
    "upstream's Triton server": (
        {"target_text": "Hi.", "reference_text": "Some call.", "reference_wav": B64},
        {"target_text": "text", "reference_text": "voice_text", "reference_wav": "voice_base64"},
    ),
    "F5 worker with an address": ({**GEN, "ref_audio_url": WEB}, {**GEN_IS, "ref_audio_url": "voice_url"}),
    "F5 worker with an address under another name": ({**GEN, "ref_audio": WEB}, {**GEN_IS, "ref_audio": "voice_url"}),
    "F5 worker that writes to a bucket": (
        {"gen_text": "Olá.", "ref_audio_url": WEB, "output_path": "o.wav"},
        {"gen_text": "text", "ref_audio_url": "voice_url", "output_path": OUT},
    ),
    "F5 worker with named voices": (
        {"text": "Hi.", "speed": 0.9, "local_voice": "me.wav", "timing_format": "srt", "return_word_timings": True},
        {"local_voice": "voice", "timing_format": "captions", "return_word_timings": OUT},
    ),
    "F5 worker with base64": (
        {"text": "Hi.", "ref_audio_base64": B64, "ref_text": "So.", "seed": 3},
        {"ref_audio_base64": "voice_base64", "ref_text": "voice_text"},
    ),
    "F5 server with settings in an object": (
        {"text": "Hi.", "ref_text": "So.", "settings": {"seed": 3, "nfe_step": 24}},
        {"ref_text": "voice_text", "settings": INSIDE},
    ),
    "F5 server with an uploaded file": ({"text": "Hi.", "audio_file_id": "7"}, {"audio_file_id": "known fields"}),
    "F5 node of a graph": (
        {"ref_audio_orig": B64, "ref_text": "So.", "text": "Hi.", "model": "default", "seed": 1, "vocoder": "auto"},
        {"ref_audio_orig": "voice_base64", "ref_text": "voice_text", "model": OUT, "vocoder": OUT},
    ),
    "Replicate's F5": (
        {**GEN, "ref_audio": WEB, "custom_split_words": "", "remove_silence": True},
        {**GEN_IS, "ref_audio": "voice_url", "custom_split_words": OUT, "remove_silence": OUT},
    ),
    "fal's F5": (
        {**GEN, "ref_audio_url": WEB, "model_type": "F5-TTS"},
        {**GEN_IS, "ref_audio_url": "voice_url", "model_type": OUT},
    ),
    "OpenAI": (OPENAI, OPENAI_IS),
    "OpenAI, everything": (
        {**OPENAI, "response_format": "opus", "speed": 1.0, "instructions": "Calm.", "stream_format": "audio"},
        {**OPENAI_IS, "response_format": "format", "instructions": OUT, "stream_format": OUT},
    ),
    "OpenAI's route of the platform": (
        {"openai_route": "/v1/audio/speech", "openai_input": OPENAI},
        {"openai_route": OUT, "openai_input": INSIDE},
    ),
    "vLLM-Omni": (
        {"input": "Hi.", "ref_audio": f"data:audio/wav;base64,{B64}", "ref_text": "So.", "num_inference_steps": 16},
        {"input": "text", "ref_audio": "voice_base64", "ref_text": "voice_text", "num_inference_steps": "steps"},
    ),
    "vLLM-Omni, another model's fields": (
        {"input": "Hi.", "task_type": "Base", "x_vector_only_mode": False, "max_new_tokens": 2048, "language": "Auto"},
        {"input": "text", "task_type": OUT, "x_vector_only_mode": OUT, "max_new_tokens": OUT},
    ),
    "ElevenLabs": (
        {
            "text": "Hi.",
            "model_id": "eleven_v2",
            "voice_settings": {"stability": 0.5},
            "output_format": "mp3_44100_128",
        },
        {"model_id": OUT, "voice_settings": INSIDE, "output_format": "format"},
    ),
    "ElevenLabs, the rest": (
        {
            "text": "Hi.",
            "voice_id": "abc",
            "language_code": "en",
            "previous_text": "So.",
            "apply_text_normalization": "on",
        },
        {
            "voice_id": "voice",
            "language_code": "language",
            "previous_text": OUT,
            "apply_text_normalization": "normalize",
        },
    ),
    "XTTS": (
        {"text": "Hi.", "language": "en", "speaker_wav": B64, "temperature": 0.65, "top_k": 50, "top_p": 0.8},
        {"speaker_wav": "voice_base64", "temperature": OUT, "top_k": OUT, "top_p": OUT},
    ),
    "XTTS with an address": ({"text": "Hi.", "speaker_wav_url": WEB}, {"speaker_wav_url": "voice_url"}),
    "XTTS with base64": ({"text": "Hi.", "speaker_wav_base64": B64}, {"speaker_wav_base64": "voice_base64"}),
    "XTTS worker": (
        {"text": "Hi.", "language": "en", "gpt_cond_len": 12, "max_ref_len": 10, "enhance_audio": True},
        {"gpt_cond_len": OUT, "max_ref_len": OUT, "enhance_audio": OUT},
    ),
    "XTTS streaming server": (
        {"text": "Hi.", "speaker_embedding": [0.1], "gpt_cond_latent": [[0.1]], "add_wav_header": True},
        {"speaker_embedding": OUT, "gpt_cond_latent": OUT, "add_wav_header": OUT},
    ),
    "Coqui": (
        {"text": "Hi.", "speaker_id": "p225", "style_wav": "", "language_id": "en", "split_sentences": True},
        {"speaker_id": "voice", "style_wav": OUT, "language_id": "language", "split_sentences": OUT},
    ),
    "AllTalk": (
        {"text_input": "Hi.", "text_filtering": "standard", "character_voice_gen": "f.wav", "narrator_enabled": False},
        {"text_input": "text", "text_filtering": "normalize", "character_voice_gen": "voice", "narrator_enabled": JOBS},
    ),
    "AllTalk, the rest": (
        {"text_input": "Hi.", "output_file_name": "o", "output_file_timestamp": True, "autoplay": False, "pitch": 0},
        {"text_input": "text", "output_file_name": OUT, "output_file_timestamp": OUT, "autoplay": OUT, "pitch": OUT},
    ),
    "Fish": (
        {"text": "Hi.", "references": [{"audio": B64, "text": "So."}], "format": "mp3", "mp3_bitrate": 128},
        {"references": ONE, "mp3_bitrate": OUT},
    ),
    "Fish, the rest": (
        {"text": "Hi.", "reference_id": "abc", "chunk_length": 200, "latency": "normal", "use_memory_cache": "on"},
        {"reference_id": "voice", "chunk_length": OUT, "latency": OUT, "use_memory_cache": OUT},
    ),
    "Fish, prosody": ({"text": "Hi.", "prosody": {"speed": 1, "volume": 0}}, {"prosody": INSIDE}),
    "GPT-SoVITS": (
        {"text": "Hi.", "text_lang": "en", "ref_audio_path": B64, "prompt_text": "So.", "prompt_lang": "en"},
        {"text_lang": "language", "ref_audio_path": "voice_base64", "prompt_text": "voice_text", "prompt_lang": OUT},
    ),
    "GPT-SoVITS, the rest": (
        {"text": "Hi.", "text_split_method": "cut5", "batch_size": 1, "media_type": "wav", "speed_factor": 1.0},
        {"text_split_method": OUT, "batch_size": OUT, "media_type": "format", "speed_factor": "speed"},
    ),
    "Chatterbox": (
        {"text": "Hi.", "audio_prompt_path": B64, "exaggeration": 0.5, "cfg_weight": 0.5, "temperature": 0.8},
        {"audio_prompt_path": "voice_base64", "exaggeration": OUT, "cfg_weight": "cfg_strength", "temperature": OUT},
    ),
    "Chatterbox worker": (
        {"text": "Hi.", "reference_audio_base64": B64, "exaggeration": 0.25},
        {"reference_audio_base64": "voice_base64", "exaggeration": OUT},
    ),
    "Chatterbox worker, single": (
        {"task": "tts", "text": "Hi.", "ref_audio_b64": B64},
        {"task": OUT, "ref_audio_b64": "voice_base64"},
    ),
    "Chatterbox worker, batch": (
        {"segments": [{"id": "N1", "text": "Hi."}], "text": "Hi."},
        {"segments": JOBS},
    ),
    "Chatterbox server": (
        {"text": "Hi.", "voice_mode": "clone", "predefined_voice_id": "E", "split_text": True, "chunk_size": 120},
        {"voice_mode": "known fields", "predefined_voice_id": "voice", "split_text": OUT, "chunk_size": OUT},
    ),
    "the platform's own voices": (
        {"prompt": "Hi.", "voice": "lucy", "format": "wav"},
        {"prompt": "text"},
    ),
    "the platform's own clone": ({"prompt": "Hi.", "voice_url": WEB}, {"prompt": "text"}),
    "MiniMax at the platform": (
        {"prompt": "Hi.", "voice_id": "W", "emotion": "happy", "bitrate": 128000, "channel": 1, "language_boost": "en"},
        {
            "prompt": "text",
            "voice_id": "voice",
            "emotion": OUT,
            "bitrate": OUT,
            "channel": OUT,
            "language_boost": "language",
        },
    ),
    "Kokoro": (
        {**OPENAI, "lang_code": "a", "volume_multiplier": 1.0, "return_download_link": False},
        {**OPENAI_IS, "lang_code": "language", "volume_multiplier": OUT, "return_download_link": OUT},
    ),
    "OmniVoice worker": (
        {"input_text": "Hi.", "reference_audio": B64, "prompt_text": "So.", "temperature": 0.7},
        {"input_text": "text", "reference_audio": "voice_base64", "prompt_text": "voice_text", "temperature": OUT},
    ),
    "VoxCPM worker": (
        {"text": "Hi.", "cfg_value": 2.0, "inference_timesteps": 10, "denoise": False, "reference_format": "wav"},
        {"cfg_value": "cfg_strength", "inference_timesteps": "steps", "denoise": OUT, "reference_format": OUT},
    ),
    "a script of a video": ({"script": "Hi.", "job_id": "7"}, {"script": "text", "job_id": OUT}),
    "camel case": (
        {"genText": "Hi.", "refAudioBase64": B64, "refText": "So.", "sampleRate": 24000},
        {"genText": "text", "refAudioBase64": "voice_base64", "refText": "voice_text", "sampleRate": "sample_rate"},
    ),
    "capitals": ({"Text": "Hi.", "SPEED": 1.0}, {"Text": "text", "SPEED": "speed"}),
    "slips": ({"txet": "Hi.", "sped": 1.0, "qualty": "draft"}, {"txet": "text", "sped": "speed", "qualty": "quality"}),
    "a hosted model's inputs": ({"inputs": "Hi.", "parameters": {}}, {"inputs": "text", "parameters": INSIDE}),
    "an input in the input": ({"input": {"text": "Hi."}}, {"input": INSIDE}),
    "an input in the input, with a foreign name": ({"input": {"gen_text": "Hi."}}, {"input": INSIDE}),
    "both names of the text": ({"text": "Hi.", "gen_text": "Hi."}, {"gen_text": OUT}),
    "webhook inside": ({"text": "Hi.", "webhook": WEB}, {"webhook": "send webhook beside input"}),
    "bucket inside": ({"text": "Hi.", "s3Config": {"bucketName": "b"}}, {"s3Config": OUT}),
    "another service's delivery": ({"text": "Hi.", "response_type": "b64_json"}, {"response_type": "deliver"}),
    "randomized": ({"text": "Hi.", "randomize_seed": True}, {"randomize_seed": OUT}),
}

RIGHT: dict[str, dict[str, Any]] = {
    "text alone": {"text": "Hi."},
    "a named voice": {"text": "Hi.", "voice": "basic_en", "speed": 1.1},
    "a recording": {"text": "Hi.", "voice_base64": B64, "voice_text": "So."},
    "a recording as a data URI": {"text": "Hi.", "voice_base64": f"data:audio/mpeg;base64,{B64}"},
    "opus": {"text": "Hi.", "format": "opus"},
    "whole numbers": {"text": "Hi.", "speed": 1, "cfg_strength": 2, "sway": -1},
    "every null": {
        **dict.fromkeys(("action", "voice", "voice_base64", "voice_text", "language", "speed", "quality", "steps")),
        **dict.fromkeys(("cfg_strength", "sway", "seed", "duration_s", "format", "sample_rate", "deliver")),
        "text": "Hi.",
    },
    "no seed": {"text": "Hi.", "seed": None},
    "the largest seed": {"text": "Hi.", "seed": 2**63 - 1},
    "a form's values": {"text": "Hi.", "quality": "high", "steps": 4, "sample_rate": 48000, "format": "flac"},
    "inline": {"text": "Hi.", "deliver": "inline"},
    "health": {"action": "health"},
}

LEAST: dict[str, dict[str, Any]] = {  # the least that each action needs
    "synthesize": {"text": "Hi."},
    "voice_add": {"action": "voice_add", "name": "anna", "voice_base64": B64},
    "voice_list": {"action": "voice_list"},
    "voice_get": {"action": "voice_get", "name": "anna"},
    "voice_delete": {"action": "voice_delete", "name": "anna"},
    "plan": {"action": "plan", "text": "Hi."},
    "transcribe": {"action": "transcribe", "voice_base64": B64},
    "check_voice": {"action": "check_voice", "voice_base64": B64},
    "health": {"action": "health"},
}
