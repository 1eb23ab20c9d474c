//! UI-TARS in all its versions.

use sightstep_actions::profile::Profile;

use super::{FULL_HD, THOUSAND, check};

#[test]
fn every_action() {
    check(
        "ui-tars",
        THOUSAND,
        &[
            ("Action: click(start_box='<|box_start|>(100,200)<|box_end|>')", "click 100,200"),
            ("Action: left_double(start_box='(100,200)')", "click 100,200 x2"),
            ("Action: right_single(start_box='(100,200)')", "click 100,200 right"),
            ("Action: hover(start_box='(100,200)')", "move 100,200"),
            ("Action: drag(start_box='(0,20)', end_box='(300,0)')", "drag 0,20 300,0"),
            ("Action: select(start_box='(10,20)', end_box='(300,400)')", "drag 10,20 300,400"),
            ("Action: hotkey(key='ctrl c')", "key ctrl+c"),
            ("Action: hotkey(key='ctrl+shift+T')", "key ctrl+shift+t"),
            ("Action: hotkey(key='alt space')", "key alt+space"),
            ("Action: hotkey(key='arrowdown')", "key down"),
            ("Action: hotkey(key='page up')", "key page_up"),
            ("Action: press(key='shift')", "down shift"),
            ("Action: keydown(key='space')", "down space"),
            ("Action: release(key='shift')", "up shift"),
            ("Action: type(content='hello\\n')", "type \"hello\\n\""),
            ("Action: type(content='run')", "type \"run\""),
            ("Action: type(content='C:\\\\dir\\\\')", "type \"C:\\\\dir\\\\\""),
            ("Action: type(content='')", "type \"\""),
            ("Action: scroll(start_box='(500,500)', direction='down')", "scroll 500,500 down 5"),
            ("Action: scroll(direction='Left')", "scroll left 5"),
            ("Action: scroll(point='<point>5 6</point>', direction='right')", "scroll 5,6 right 5"),
            ("Action: wait()", "wait 5"),
            ("Action: finished()", "finish success None"),
            ("Action: finished(content='it\\'s done')", "finish success Some(\"it's done\")"),
            ("Action: call_user()", "ask None"),
            ("Action: long_press(point='<point>10 20</point>')", "long 10,20 1"),
            ("Action: open_app(app_name='Settings')", "open Settings"),
            ("Action: press_home()", "system home"),
            ("Action: press_back()", "system back"),
            ("Action: scroll(start_box='(1,2)', end_box='(3,4)')", "drag 1,2 3,4"),
        ],
    );
}

#[test]
fn every_spelling_of_a_place() {
    check(
        "ui-tars",
        THOUSAND,
        &[
            ("Action: click(start_box='[130,226]')", "click 130,226"),
            ("Action: click(start_box='[100, 200, 300, 400]')", "click 200,300"),
            ("Action: click(start_box='<bbox>637 964 637 964</bbox>')", "click 637,964"),
            ("Action: click(start_box='<bbox>300 400</bbox>')", "click 300,400"),
            ("Action: click(point='<point>100  200</point>')", "click 100,200"),
            ("Action: click(start_box='21, 246, 21, 246')", "click 21,246"),
            ("Action: click(start_box=\"(100,200)\")", "click 100,200"),
            ("Action: click(start_box=(100,200))", "click 100,200"),
            ("Action: click(start_box=[100,200])", "click 100,200"),
            ("Action: click(point=<point>100 200</point>)", "click 100,200"),
            ("Action: click(x=100, y=200)", "click 100,200"),
            ("Action: click(end_box='[130,226]')", "click 130,226"),
            ("Action: click(startBox='(0.5,0)')", "click 1,0"),
            ("Action: click(start_box='(1000,1000)')", "click 999,999"),
            ("(512,384)", "click 512,384"),
            ("<|box_start|>(512,384)<|box_end|>", "click 512,384"),
            ("Action: click(start_box='(1001,5)')", "! (1001, 5) is outside its relative space of 0 to 1000"),
            ("Action: click(start_box='(-1,5)')", "! screenshot of 1000×1000"),
            ("Action: click(start_box='[]')", "! not a coordinate"),
            ("Action: click(start_box='(1,2,3)')", "! not a coordinate"),
            ("Action: click(start_box='')", "! click needs a point"),
            ("Action: click()", "! click needs a point"),
            ("Action: drag(start_box='(1,2)')", "! drag needs where from and where to"),
        ],
    );
}

#[test]
fn every_wrapping_of_an_answer() {
    check(
        "ui-tars",
        THOUSAND,
        &[
            ("Thought: t\nAction：click(start_box='(1,2)')", "click 1,2"),
            ("Thought: t\nAction： click(start_box='(1,2)')", "click 1,2"),
            ("Thought:no space\nAction:click(start_box='(1,2)')", "click 1,2"),
            ("click(start_box='(1,2)')", "click 1,2"),
            ("Thought: all in one line. Action: click(start_box='(1,2)')", "click 1,2"),
            ("Action: click(start_box='(1,2)')<|im_end|>", "click 1,2"),
            ("Action: click(start_box='(1,2)')[EOS]", "click 1,2"),
            ("Action: click(start_box='(1,2)'", "click 1,2"),
            ("Action: click(start_box='(1,2)')\n</Output>", "click 1,2"),
            ("<computer_env>\nAction: click(start_box='(1,2)')\n</computer_env>", "click 1,2"),
            ("<answer>Action: wait()</answer>", "wait 5"),
            ("<think>t</think>\n<answer>\n2\n</answer>", "finish success Some(\"2\")"),
            ("Action: ```click(start_box='(1,2)')```", "click 1,2"),
            ("Action: click(start_box='(1,2)')\n\ntype(content='x')", "click 1,2; type \"x\""),
            ("Action: click(start_box='(1,2)')\ntype(content='x')\n\nwait()", "click 1,2; type \"x\"; wait 5"),
            ("Action: wait() # look again\n", "wait 5"),
            ("Action: click(start_box='(1,1)')\n\nAction: type(content='x')", "type \"x\""),
            ("Action: type(content='Action: wait()')", "type \"Action: wait()\""),
            ("Thought: the Action: is plain\nAction: wait()", "wait 5"),
            ("<think>Action: wait()</think>\nAction: finished()", "finish success None"),
            ("Action: type(content='It's fine')", "type \"It's fine\""),
            ("Action: type(content='f(x)=(1,2)')", "type \"f(x)=(1,2)\""),
            ("Action: type(content='a', start_box='(1,2)')", "type \"a\""),
            ("Action: type(content='doubao.com\n')", "type \"doubao.com\\n\""),
            ("<seed:tool_call><function=wait></function></seed:tool_call>", "wait 5"),
            ("Thought: nothing to do", "! no action"),
            ("Thought: t\nAction:", "! no action"),
            ("", "! no action"),
            ("Action: click(start_box='(1,2)')\nand then more", "! an action or the end of the answer"),
            ("Action: clik(start_box='(1,2)')", "! no action called \"clik\" (did you mean \"click\"?)"),
            ("Action: scroll(direction='sideways')", "! not up, down, left or right"),
            ("Action: scroll(start_box='(1,2)')", "! scroll needs a direction"),
            ("Action: hotkey(key='ctrl foo')", "! no key called \"foo\""),
            ("Action: hotkey(key='')", "! at least one key"),
            ("Action: open_app(app_name=' ')", "! needs the app's name"),
        ],
    );
}

#[test]
fn pixels_are_those_of_the_resized_image() {
    check(
        "ui-tars-1.5",
        FULL_HD,
        &[
            ("Action: click(start_box='(966,546)')", "click 960,540"),
            ("Action: click(start_box='(0,0)')", "click 0,0"),
            ("Action: click(start_box='(1931,1091)')", "click 1919,1079"),
            ("Action: click(start_box='(1932,5)')", "! (1932, 5) is outside its image of 1932×1092 pixels"),
        ],
    );
    let profile = Profile::named("ui-tars-1.5").unwrap();
    let plan = profile.parse("click(start_box='(50,50)')", FULL_HD, Some(super::Size { width: 100, height: 100 }));
    assert_eq!(super::brief(&plan.unwrap().actions), "click 960,540");
}

#[test]
fn thoughts_and_reflections_are_kept_apart() {
    let profile = Profile::named("ui-tars").unwrap();
    let cases = [
        ("Thought: a\nb\nAction: wait()", Some("a\nb"), None),
        ("Reflection: r\nAction_Summary: s\nAction: wait()", Some("s"), Some("r")),
        ("<think>long</think>\nThought: a\nAction: wait()", Some("a"), None),
        ("<think_never_used_51>a</think_never_used_51>\nAction: wait()", Some("a"), None),
        ("Thought: a\nAction: click(start_box='(1,1)')\n\nAction: wait()", Some("a"), None),
        ("Action: wait()", None, None),
    ];
    let wrong: Vec<_> = cases
        .iter()
        .map(|(answer, thought, reflection)| {
            (answer, *thought, *reflection, profile.parse(answer, THOUSAND, None).unwrap())
        })
        .filter(|(_, t, r, plan)| (plan.thought.as_deref(), plan.reflection.as_deref()) != (*t, *r))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn ui_tars_2() {
    check(
        "ui-tars-2",
        THOUSAND,
        &[
            (
                "<gui_think> t </gui_think>\n<seed:tool_call><function=click><parameter=point><point>100 200</point>\
                 </parameter></function></seed:tool_call>",
                "click 100,200",
            ),
            (
                "<thinkt>up, <point>9 9</point></thinkt><seed:tool_call>\n<function=scroll>\n\
                 <parameter=direction>up</parameter>\n<parameter=point><point>500 500</point></parameter>\n</function>\n\
                 <function=type>\n<parameter=content>hello\\n</parameter>\n</function>\n<function=wait>\n</function>\n\
                 </seed:tool_call>",
                "scroll 500,500 up 5; type \"hello\\n\"; wait 5",
            ),
            (
                "<seed:tool_call><function=type><parameter=content>\na\nb\n</parameter></function></seed:tool_call>",
                "type \"a\\nb\"",
            ),
            (
                "<seed:tool_call><function name=\"hotkey\"><parameter name=\"key\">ctrl c</parameter></function>",
                "key ctrl+c",
            ),
            ("<function=finished><parameter=content>42</parameter>", "finish success Some(\"42\")"),
            ("Action: click(point='<point>197 525</point>')", "click 197,525"),
            ("<think>t</think><answer>2</answer>", "finish success Some(\"2\")"),
            ("<seed:tool_call></seed:tool_call>", "! no action"),
            ("<function=clack></function>", "! no action called \"clack\" (did you mean \"click\"?)"),
            ("<function=click><parameter=point>foo()</parameter></function>", "! a call is not evaluated"),
            ("<function=click><parameter=point><point>1 2</point>", "! </parameter> behind this"),
            ("(512,384)", "! no action"),
        ],
    );
}

#[test]
fn glm() {
    check(
        "glm-4.5v",
        super::Size { width: 999, height: 999 },
        &[
            ("Action: left_click(start_box='[100,200]', element_info='OK')", "click 100,200"),
            ("I click.\n<|begin_of_box|>left_click(start_box='[100,200]')<|end_of_box|>", "click 100,200"),
            ("<think>t</think>\nAction: left_double_click(start_box='[1,2]')", "click 1,2 x2"),
            ("Action: left_drag(start_box='[1,2]', end_box='[3,4]')", "drag 1,2 3,4"),
            ("Action: scroll(start_box='[1,2]', direction='down', step=3)", "scroll 1,2 down 3"),
            ("Action: key(keys='ctrl+c')", "key ctrl+c"),
            ("Action: hover(start_box='[999,999]')", "move 998,998"),
            ("Action: WAIT()", "wait 5"),
            ("DONE()", "finish success None"),
            ("FAIL()", "finish failure None"),
            ("<|begin_of_box|>[[100,200,300,400]]<|end_of_box|>", "click 200,300"),
            ("I see a button.", "! no action"),
        ],
    );
}
