//! UI-TARS' parsers: TypeScript's and Python's.

use serde_json::Value;
use sightstep_actions::dialect::{Dialect, Pointing, SpaceRule};
use sightstep_actions::plan::Plan;
use sightstep_actions::profile::Profile;
use sightstep_actions::space::Size;

use super::Case;
use super::agreement::{Upstream, centre};
use super::case::size;

/// The size that stands in where a case has none: points are compared as parts of it.
const ANY: Size = Size { width: 1000, height: 1000 };

/// How a case's numbers are meant.
struct Frame {
    profile: Profile,
    screen: Size,
    image: Option<Size>,
}

/// `parseActionVlm` and the functions around it.
pub fn typescript(case: &Case) -> Result<(), String> {
    let text = ["text", "prediction", "input"].iter().find_map(|key| case.text(key));
    let text = text.or(case.input.as_str()).unwrap_or_default();
    let is_xml = text.contains("<function");
    let frame = frame(case, is_xml)?;
    let ours = frame.profile.parse(text, frame.screen, frame.image);
    if let Some(listed) = case.expected["actions"].as_array() {
        return objects(listed, ours.map_err(|e| e.to_string()));
    }
    let listed = case.expected.as_array().or(case.expected["parsed"].as_array()).ok_or("no list is expected")?;
    let theirs: Vec<&Value> = listed.iter().filter(|action| action["action_type"] != "").collect();
    compare(&theirs, ours.map_err(|e| e.to_string()), frame.screen)
}

/// How the numbers of a case of `parseActionVlm` are meant.
fn frame(case: &Case, is_xml: bool) -> Result<Frame, String> {
    let context = size(&case.input["screenContext"]["width"], &case.input["screenContext"]["height"]);
    let scale = case.input["scaleFactor"].as_f64().unwrap_or(1.0) as u32;
    let scaled = |size: Size| Size { width: size.width * scale, height: size.height * scale };
    let named = |name| Profile::named(name).cloned().map_err(|e| e.to_string());
    if is_xml {
        return Ok(Frame { profile: named("ui-tars-2")?, screen: ANY, image: None });
    }
    if case.text("modelVer") == Some("1.5") {
        let profile = named("ui-tars-1.5")?;
        let context = context.ok_or("version 1.5 without a screen")?;
        let image = profile.resize(context).map_err(|e| e.to_string())?.size;
        return Ok(Frame { profile, screen: scaled(context), image: Some(image) });
    }
    // Factors are the numbers that stand for the whole width and the whole height: an image of that size.
    let factors = size(&case.input["factors"][0], &case.input["factors"][1]).unwrap_or(ANY);
    let profile = if factors == ANY { named("ui-tars")? } else { named("ui-tars-1.5")? };
    let image = (factors != ANY).then_some(factors);
    Ok(Frame { profile, screen: context.map_or(factors, scaled), image })
}

/// `parse_action_to_structure_output`.
pub fn structured(case: &Case) -> Result<(), String> {
    let original = case.size("origin_resized_width", "origin_resized_height").ok_or("no size")?;
    let profile = match case.text("model_type") {
        Some("qwen25vl") => Profile::named("ui-tars-1.5"),
        _ => Profile::named("doubao-1.5"),
    };
    let profile = profile.map_err(|e| e.to_string())?;
    let ours = profile.parse(case.text("text").unwrap_or_default(), original, None).map_err(|e| e.to_string());
    if let Some(thrown) = &case.throws {
        return ours.map_or(Ok(()), |plan| Err(format!("upstream throws {thrown}, we say {:?}", plan.actions)));
    }
    let listed = case.expected.as_array().ok_or("no list is expected")?;
    compare(&listed.iter().collect::<Vec<_>>(), ours, original)
}

/// `parsing_response_to_pyautogui_code`: the answers that it was given structured, through our parser.
pub fn pyautogui(case: &Case) -> Result<(), String> {
    let screen = case.size("image_width", "image_height").ok_or("no size")?;
    let responses = match &case.input["responses"] {
        Value::Array(several) => several.clone(),
        one => vec![one.clone()],
    };
    let text = responses.first().and_then(|response| response["text"].as_str());
    // A response without its text is one that the test wrote by hand: as the call that it stands for.
    let written = text.map_or_else(|| call(&responses[0]), str::to_owned);
    let name = if case.input["input_swap"] == true { "ui-tars-1.5" } else { "doubao-1.5" };
    let profile = Profile::named(name).map_err(|e| e.to_string())?;
    let ours = profile.parse(&written, screen, None).map_err(|e| e.to_string());
    if let Some(thrown) = &case.throws {
        return ours.map_or(Ok(()), |plan| Err(format!("upstream throws {thrown}, we say {:?}", plan.actions)));
    }
    let code = case.expected.as_str().unwrap_or_default();
    if code.contains("# Unrecognized action type") && ours.is_err() {
        return Ok(());
    }
    compare(&responses.iter().collect::<Vec<_>>(), ours, screen)
}

fn call(response: &Value) -> String {
    let inputs = response["action_inputs"].as_object();
    let arguments: Vec<String> = inputs
        .into_iter()
        .flatten()
        .map(|(name, value)| format!("{name}='{}'", value.as_str().unwrap_or_default()))
        .collect();
    format!("Action: {}({})", response["action_type"].as_str().unwrap_or_default(), arguments.join(", "))
}

/// Compares upstream's list of structured actions with our plan.
fn compare(theirs: &[&Value], ours: Result<Plan, String>, screen: Size) -> Result<(), String> {
    let plan = match ours {
        Ok(plan) => plan,
        Err(_) if theirs.is_empty() => return Ok(()),
        Err(error) => return Err(format!("upstream reads it, we say: {error}")),
    };
    if theirs.len() != plan.actions.len() {
        return Err(format!("upstream has {} actions, we {:?}", theirs.len(), plan.actions));
    }
    for (action, ours) in theirs.iter().zip(&plan.actions) {
        upstream(action, screen)?.agrees(ours)?;
        words(action, &plan)?;
    }
    Ok(())
}

/// Upstream's thought and reflection, where it has any.
fn words(theirs: &Value, ours: &Plan) -> Result<(), String> {
    for (key, ours) in [("thought", &ours.thought), ("reflection", &ours.reflection)] {
        let theirs = theirs[key].as_str().unwrap_or_default();
        if !theirs.is_empty() && Some(theirs) != ours.as_deref() {
            return Err(format!("upstream's {key} is {theirs:?}, ours {ours:?}"));
        }
    }
    Ok(())
}

fn upstream(action: &Value, screen: Size) -> Result<Upstream<'_>, String> {
    let inputs = &action["action_inputs"];
    let boxes = ["start_box", "end_box"].iter().filter_map(|key| inputs[*key].as_str());
    let points = boxes.map(|written| {
        let parts: Vec<f64> = serde_json::from_str(written).unwrap_or_default();
        centre(&parts, screen).ok_or(format!("upstream has no point in {written}"))
    });
    let name = action["action_type"].as_str().unwrap_or_default();
    let points = if name == "type" { vec![] } else { points.collect::<Result<_, _>>()? };
    Ok(Upstream { name, inputs, points })
}

/// Compares the actions of the newer TypeScript parser, whose points are the numbers as they were written.
fn objects(theirs: &[Value], ours: Result<Plan, String>) -> Result<(), String> {
    let Ok(plan) = ours else {
        return if theirs.is_empty() { Ok(()) } else { ours.map(|_| ()) };
    };
    if theirs.len() != plan.actions.len() {
        return Err(format!("upstream has {} actions, we {:?}", theirs.len(), plan.actions));
    }
    for (action, ours) in theirs.iter().zip(&plan.actions) {
        let inputs = &action["inputs"];
        let points = ["point", "start", "end"].iter().filter_map(|key| inputs.get(*key));
        let points = points.filter_map(|point| Some((point["raw"]["x"].as_f64()?, point["raw"]["y"].as_f64()?)));
        let name = action["type"].as_str().unwrap_or_default();
        let points = if name == "type" { vec![] } else { points.collect() };
        Upstream { name, inputs, points }.agrees(ours)?;
    }
    Ok(())
}

/// The dialect with box tokens, for checks that need one by its shape.
pub fn with_tokens() -> Option<&'static Profile> {
    let is_it = |profile: &&Profile| {
        profile.dialect == Dialect::UiTars(Pointing::BoxTokens)
            && profile.space == SpaceRule::Relative { divisor: 1000.0 }
    };
    Profile::all().iter().find(is_it)
}
