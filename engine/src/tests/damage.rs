//! Tests that a checkpoint which is damaged, incomplete or of another kind is refused in words that help.

use std::fs;
use std::path::Path;

use serde_json::Value;
use sightstep_vision::frame::Frame;
use tempfile::TempDir;

use super::goldens::folder;
use crate::{Content, Device, Engine, LoadOptions, Message, Params, Role};

/// A copy of a family's checkpoint.
fn copy(family: &str) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in fs::read_dir(folder(family)).unwrap().map(Result::unwrap) {
        if !file.file_name().to_string_lossy().starts_with("golden-") {
            fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
    }
    copy
}

fn said(folder: &Path) -> String {
    match Engine::load(folder, &LoadOptions::default()) {
        Ok(_) => "it loads".into(),
        Err(error) => error.to_string(),
    }
}

/// Sets a field of a JSON file, by its pointer.
fn set(folder: &Path, file: &str, pointer: &str, value: Value) {
    let path = folder.join(file);
    let mut json: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    *json.pointer_mut(pointer).unwrap() = value;
    fs::write(path, json.to_string()).unwrap();
}

#[test]
fn files_that_are_missing_are_named() {
    let mut wrong = Vec::new();
    for (file, words) in [
        ("config.json", "has no config.json"),
        ("tokenizer.json", "has no tokenizer.json"),
        ("preprocessor_config.json", "has no preprocessor_config.json"),
        ("chat_template.json", "has no chat template"),
        ("model-00002-of-00002.safetensors", "model.safetensors.index.json names it"),
    ] {
        let copy = copy("qwen2_5_vl");
        fs::remove_file(copy.path().join(file)).unwrap();
        let said = said(copy.path());
        if !said.contains(words) || !said.contains("hint:") {
            wrong.push((file, said));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_file_of_weights_that_is_cut_off_is_named() {
    let copy = copy("qwen2_vl");
    let path = copy.path().join("model.safetensors");
    let bytes = fs::read(&path).unwrap();
    let mut wrong = Vec::new();
    for len in [0, 5, 1000, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&path, &bytes[..len]).unwrap();
        let said = said(copy.path());
        if !said.contains("model.safetensors is not whole") || !said.contains("fetch this file again") {
            wrong.push((len, said));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn configurations_that_do_not_fit_are_refused_by_name() {
    let cases: [(&str, &str, &str, Value, &str); 8] = [
        ("qwen2_vl", "config.json", "/model_type", "llava".into(), "models of type \"llava\" cannot be run"),
        ("qwen2_vl", "config.json", "/num_attention_heads", "four".into(), "\"num_attention_heads\": invalid type"),
        ("qwen2_vl", "config.json", "/num_attention_heads", 0.into(), "\"num_attention_heads\" cannot be 0"),
        (
            "qwen2_vl",
            "config.json",
            "/intermediate_size",
            65.into(),
            "gate_proj.weight has the shape [64, 32], but config.json implies [65, 32]",
        ),
        ("qwen2_vl", "config.json", "/num_hidden_layers", 4.into(), "layers.3.input_layernorm.weight is in none"),
        (
            "qwen2_vl",
            "config.json",
            "/rope_scaling/type",
            "yarn".into(),
            "the rotary embedding \"yarn\" is not supported",
        ),
        (
            "qwen3_vl",
            "config.json",
            "/vision_config/hidden_act",
            "relu".into(),
            "the activation \"relu\" is not supported",
        ),
        (
            "qwen2_vl",
            "preprocessor_config.json",
            "/patch_size",
            16.into(),
            "\"patch_size\" is 16, but config.json has 14",
        ),
    ];
    let mut wrong = Vec::new();
    for (family, file, pointer, value, words) in cases {
        let copy = copy(family);
        set(copy.path(), file, pointer, value);
        let said = said(copy.path());
        if !said.contains(words) {
            wrong.push((pointer, said));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn blocks_that_are_not_there_are_passed_over() {
    let copy = copy("qwen2_5_vl");
    set(copy.path(), "config.json", "/vision_config/fullatt_block_indexes", serde_json::json!([7, 15]));
    let engine = Engine::load(copy.path(), &LoadOptions::default()).unwrap();
    let picture = Frame::from_image(image::RgbImage::new(112, 84));
    let messages = [Message { role: Role::User, content: vec![Content::Picture(picture)] }];
    let params = Params { max_tokens: 1, ..Params::default() };
    assert!(engine.session().generate(&messages, &params).is_ok());
}

#[test]
fn an_index_that_leads_elsewhere_is_refused() {
    let copy = copy("qwen2_5_vl");
    set(copy.path(), "model.safetensors.index.json", "/weight_map/lm_head.weight", "../elsewhere.safetensors".into());
    assert!(said(copy.path()).contains("is not the name of a file beside it"), "{}", said(copy.path()));
}

#[test]
fn a_device_that_is_not_there_is_refused() {
    let options = LoadOptions { device: Device::Cuda(0), ..LoadOptions::default() };
    let said = Engine::load(&folder("qwen2_vl"), &options).err().unwrap().to_string();
    assert!(said.contains("cuda:0 cannot be used") && said.contains("--device cpu"), "{said}");
}
