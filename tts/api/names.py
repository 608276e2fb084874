"""What public clients of F5-TTS and of other voices call the fields here, or send that has no field here.

Collected from F5-TTS's own API and command line, servers and RunPod workers around it, and the request forms of OpenAI,
ElevenLabs, XTTS and Coqui, AllTalk, Fish, GPT-SoVITS, Chatterbox, Kokoro, vLLM-Omni, Replicate, fal and RunPod's own
endpoints. Names are compared without case, `_` and `-`.
"""

from __future__ import annotations

RECORDING = "voice_base64 or voice_url"  # which of both, the value says

CALLED = {  # field here: what others call it
    "action": "task endpoint method command operation mode task_type function api",
    "text": """
        gen_text generate_text input inputs prompt text_input input_text text_prompt target_text tts_text
        text_to_speak text_to_synthesize synthesis_text speech_text txt content message sentence script ssml
        text_to_generate
    """,
    "voice": """
        speaker speaker_id speaker_name voice_id voice_name voice_key local_voice reference_id
        predefined_voice_id character character_voice_gen character_voice profile voice_profile sid spk spk_id
        voice_uuid actor narrator reference_voice
    """,
    RECORDING: """
        ref_audio ref_file ref_wav ref reference reference_audio reference_wav reference_file reference_sample
        audio_prompt prompt_audio prompt_wav prompt_speech speaker_wav speaker_audio speaker_reference
        speaker_ref voice_sample voice_audio voice_file voice_clone_audio clone_audio sample_audio sample
        audio audio_data audio_bytes audio_file wav ref_audio_path ref_audio_orig reference_audio_path
        reference_audio_filename audio_prompt_path prompt_wav_path speaker_wav_path voice_path source_audio
        target_voice conditioning_audio ref_clip voice_prompt spk_audio_prompt init_audio
    """,
    "voice_base64": """
        ref_audio_base64 ref_audio_b64 ref_b64 reference_audio_base64 reference_audio_b64 reference_base64
        speaker_wav_base64 speaker_wav_b64 speaker_base64 audio_base64 audio_b64 voice_b64 voice_audio_base64
        voice_sample_base64 prompt_audio_base64 audio_prompt_base64 base64_audio base64 b64 voice_data
        audio_prompt_b64 sample_base64 voice_reference_base64
    """,
    "voice_url": """
        ref_audio_url ref_url reference_url reference_audio_url speaker_url speaker_wav_url speaker_audio_url
        audio_url audio_prompt_url voice_sample_url voice_audio_url sample_url prompt_audio_url
        voice_reference_url clone_url file_url wav_url input_audio_url url
    """,
    "voice_text": """
        ref_text reference_text reference_transcript ref_transcript ref_audio_text prompt_text
        prompt_transcript transcript transcription voice_transcript speaker_text audio_text voice_prompt_text
        ref_txt prompt_speech_text sample_text audio_transcript reference_audio_text
    """,
    "language": """
        lang language_code lang_code language_id lang_id text_lang text_language locale prompt_lang
        prompt_language language_boost target_language language_idx iso_language
    """,
    "speed": """
        speed_factor speaking_rate speech_rate rate tempo pace speech_speed voice_speed playback_speed
        speed_rate audio_speed
    """,
    "steps": """
        nfe_step nfe_steps nfe num_steps n_steps num_step step sampling_steps inference_steps
        num_inference_steps diffusion_steps ode_steps denoising_steps inference_timesteps timesteps
        n_timesteps sample_steps flow_steps
    """,
    "cfg_strength": """
        cfg cfg_scale cfg_value cfg_weight guidance guidance_scale guidance_strength cfg_rate
        inference_cfg_rate classifier_free_guidance cfg_coef
    """,
    "sway": "sway_sampling_coef sway_coef sway_sampling sway_sampling_coefficient",
    "seed": "random_seed manual_seed rng_seed noise_seed seeds generation_seed",
    "duration_s": """
        fix_duration duration fixed_duration target_duration length length_s seconds duration_seconds
        audio_length total_duration max_duration duration_sec
    """,
    "quality": "preset preset_quality quality_preset audio_quality voice_quality quality_mode speed_preset",
    "format": """
        response_format output_format audio_format out_format format_type file_format output_audio_format
        media_type mime_type content_type container codec encoding audio_encoding audio_type file_type
        output_type extension fmt download_format audio_codec output_file_format
    """,
    "sample_rate": """
        sampling_rate sr sample_rate_hz sample_rate_hertz target_sample_rate target_sr
        output_sample_rate audio_sample_rate out_sr
    """,
    "deliver": """
        delivery return_type response_type output_mode return_format output_method
    """,
    "captions": """
        word_timings return_word_timings word_timestamps timestamps return_timestamps timing_format
        timing_method subtitles subtitle_format return_timing srt include_timestamps timestamp_granularities
        timestamp_type generate_subtitles with_timestamps add_subtitles
    """,
    "normalize": """
        apply_text_normalization text_normalization english_normalization normalization_options normalize_text
        enable_text_normalization text_filtering
    """,
    "loudness": "loudness_normalization target_lufs lufs normalize_audio audio_normalization norm_loudness",
    "words": "pronunciation_dict pronunciation pronunciation_dictionary_locators replacements lexicon",
    "takes": "num_samples num_return_sequences num_generations candidates best_of num_outputs",
    "stream": "streaming streaming_mode stream_format stream_audio do_stream return_stream is_streaming",
}

INSTEAD = {  # what to do instead: what has no field here
    "leave it out (the endpoint's TTS_MODEL says which model)": """
        model model_id model_name model_type model_version tts_model model_path model_cfg checkpoint ckpt
        ckpt_file ckpt_path vocab vocab_file engine model_size model_choice variant use_ema version exp_name
        custom_model lora
    """,
    "leave it out (the endpoint's TTS_VOCODER says which vocoder)": """
        vocoder vocoder_name vocoder_path load_vocoder_from_local vocoder_local_path mel_spec_type
    """,
    "leave it out (the endpoint's settings say where it computes)": """
        device dtype precision half fp16 use_gpu gpu attention compile_model torch_compile deepspeed low_vram
        offload_to_cpu keep_model_loaded hf_cache_dir
    """,
    "leave it out (this model draws no tokens)": """
        temperature top_p top_k min_p repetition_penalty length_penalty presence_penalty frequency_penalty
        max_new_tokens max_tokens num_beams do_sample sampling_method noise_scale noise_scale_w
    """,
    "leave it out (the model hears the recording itself)": """
        speaker_embedding gpt_cond_latent gpt_cond_len gpt_cond_chunk_len max_ref_len max_ref_length
        sound_norm_refs x_vector_only_mode
    """,
    "leave it out (how it is said follows from the recording)": """
        exaggeration stability similarity_boost similarity use_speaker_boost emotion emotions emotion_vector
        emo_alpha emo_text instructions instruct instruction control style_prompt style_wav style_exaggeration
        style_strength pitch accent gender age description tone mood intonation voice_description intensity
        timbre_weights pronunciation_style
    """,
    "leave it out (a text is divided and joined here as its length needs)": """
        split_sentences enable_text_splitting split_text split_long_text split_method text_split_method
        chunk_size chunk_length max_chunk_length chunk_text chunking max_chars max_chars_per_chunk
        custom_split_words split_words split_bucket batch_size batch_threshold parallel_infer
        fragment_interval split_pattern max_text_length previous_text next_text
    """,
    "leave it out (chunks are faded into each other over 0.15 s)": """
        cross_fade_duration crossfade fade_duration crossfade_ms cross_fade_sec fade_in fade_out
    """,
    "leave it out (silence around the speech is cut from the recording before it is used)": """
        remove_silence remove_silences trim_silence silence_removal strip_silence cut_silence trim
        remove_reference_silence
    """,
    "leave it out (the recording is used as it is, without a denoiser)": """
        denoise enhance_audio enhance clean_audio noise_reduction remove_noise speech_enhancement use_enhancer
    """,
    "leave it out (the result is as loud as the recording)": """
        target_rms volume volume_multiplier gain amplitude normalize_volume volume_gain_db rms autoplay_volume
    """,
    "leave it out (the result is mono, and the format has its own bit rate)": """
        bitrate mp3_bitrate opus_bitrate bit_depth channels channel sample_width compression audio_bitrate
        bits_per_sample
    """,
    "leave it out (the recording comes in the reply)": """
        output_path output_file output_dir output_name output_file_name output_file_timestamp output_key
        save_path save_audio save file_path file_name file_name_or_path file_wave file_spec wave_path
        spec_path path gen_file s3_key s3_prefix bucket bucket_name s3_config upload_url destination autoplay
        show_info return_base64 return_audio return_url upload use_s3 upload_to_s3 save_to_s3
        return_download_link enable_base64_output
    """,
    "leave it out (this version sends the whole recording at once)": """
        stream_chunk_size add_wav_header latency optimize_streaming_latency stream_tokens low_latency
        return_fragment overlap_wav_len first_chunk_size
    """,
    "leave it out (voices are kept from job to job)": """
        use_memory_cache cache_voice use_cached_voice cache use_cache save_voice voice_cache
    """,
    "leave it out (a recording without voice_text is transcribed)": """
        auto_transcribe transcribe_model whisper_model asr_model transcribe use_whisper skip_transcription
    """,
    "leave it out (without a seed every recording is another one)": "randomize_seed random use_random_seed fixed_seed",
    "leave it out (the solver is Euler's, with F5-TTS's own times)": "ode_method solver sampler scheduler use_epss",
    "leave it out (the platform gives every job its id)": """
        id job_id request_id user user_id session_id uuid uid client_id project_id trace_id tag metadata
    """,
    "leave it out (the platform checks keys before a job comes here)": "api_key token auth authorization key",
    "send webhook beside input, where the platform looks for it": "webhook webhook_url callback callback_url",
    "send policy beside input, where the platform looks for it": "policy timeout execution_timeout ttl priority",
    "send what it holds directly in the job's input": """
        parameters params options settings config data payload request body args kwargs voice_settings
        advanced tts_settings generation_config audio_config prosody openai_input extra_body extra arguments
        generation_params output_config
    """,
    "leave it out, and send text and voice directly in input": "openai_route route http_method openai_endpoint",
    "send each text as a job of its own": """
        lines segments items texts batch dialogue turns messages chunks speakers voices narrator_enabled
        narrator_voice_gen text_not_inside paragraphs pages
    """,
    "send one recording as voice_base64, and what is said in it as voice_text": """
        references ref_audios reference_audios aux_ref_audio_paths audio_files speaker_wavs reference_list
        samples multi_references
    """,
    "leave it out (the format is seen from the recording itself)": """
        reference_format ref_format ref_audio_format reference_audio_format audio_mime_type input_format
        ref_ext
    """,
    "leave it out (no second model changes the voice)": "rvccharacter_voice_gen rvccharacter_pitch rvc_model",
}

MEANT: dict[str, dict[str, str | bool]] = {  # field: {what others write: what it is here}
    "format": {
        **dict.fromkeys(("mpeg",), "mp3"),
        **dict.fromkeys(("wave", "riff"), "wav"),
        **dict.fromkeys(("vorbis", "webm", "oga"), "ogg"),
        **dict.fromkeys(("raw", "s16le", "pcm16", "linear16", "l16"), "pcm"),
        **dict.fromkeys(("m4a", "mp4"), "aac"),
    },
    "quality": {
        **dict.fromkeys(("low", "fast", "fastest", "ultra_fast"), "draft"),
        **dict.fromkeys(("medium", "normal", "default", "balanced"), "standard"),
        **dict.fromkeys(("best", "hd", "ultra", "max", "high_quality"), "high"),
    },
    "normalize": {
        **dict.fromkeys(("on", "yes", "auto", "standard", "full"), True),
        **dict.fromkeys(("off", "no", "none"), False),
    },
    "deliver": {
        **dict.fromkeys(("base64", "b64", "b64_json", "json", "direct"), "inline"),
        **dict.fromkeys(("file", "path", "default"), "auto"),
        **dict.fromkeys(("link", "s3", "presigned", "download_link", "audio_url", "bucket"), "url"),
        **dict.fromkeys(("smaller", "smallest"), "fit"),
    },
}

ACTIONS = {  # action here: what others call it
    "synthesize": """
        tts generate speak speech infer inference synthesise synthesis text_to_speech text2speech clone
        voice_clone clone_voice tts_single create predict run generate_speech base create_speech
    """,
    "plan": "estimate preview cost dry_run price quote",
    "health": "status ping info healthcheck health_check ready version models",
    "voice_add": """
        add_voice upload upload_voice voice_upload create_voice voice_create register_voice save_voice store_voice
        voices_add
    """,
    "voice_list": "list_voices voices get_voices voices_list list",
    "voice_get": "get_voice show_voice voice_info",
    "voice_delete": "delete_voice remove_voice voice_remove voices_delete delete",
}

STAND_IN = {"voice": "name", "text": "voice_text"}  # where an action has no such field

LATER = "max_wer max_retries fit takes stream"  # in the contract, but served by a later version
