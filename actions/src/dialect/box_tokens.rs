//! The tokens that UI-TARS writes round coordinates, put back where a server has stripped them.

/// The answer with box tokens round every bare `(x,y)` of a `start_box` or an `end_box` of its actions.
pub(crate) fn with_box_tokens(answer: &str) -> String {
    let Some(actions) = answer.rfind("Action: ") else { return answer.to_owned() };
    let mut out = answer[..actions].to_owned();
    let mut rest = &answer[actions..];
    while let Some(at) = next_box(rest) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(end) = rest.find(')').filter(|end| is_pair(&rest[1..*end])) {
            out.push_str("<|box_start|>");
            out.push_str(&rest[..=end]);
            out.push_str("<|box_end|>");
            rest = &rest[end + 1..];
        } else {
            out.push('(');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

/// Where the next `(` directly after `start_box='` or `end_box='` is.
fn next_box(text: &str) -> Option<usize> {
    let quoted = ["start_box='(", "end_box='(", "start_box=\"(", "end_box=\"("];
    quoted.iter().filter_map(|start| text.find(start).map(|at| at + start.len() - 1)).min()
}

fn is_pair(inner: &str) -> bool {
    let mut numbers = inner.split(',').map(str::trim);
    let is_number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    matches!((numbers.next(), numbers.next(), numbers.next()), (Some(x), Some(y), None) if is_number(x) && is_number(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_pairs_of_actions_get_tokens() {
        let cases = [
            ("Action: click(start_box='(1,2)')", "Action: click(start_box='<|box_start|>(1,2)<|box_end|>')"),
            (
                "Thought: start_box='(9,9)'\nAction: drag(start_box='(1,2)', end_box='(3, 4)')",
                "Thought: start_box='(9,9)'\nAction: drag(start_box='<|box_start|>(1,2)<|box_end|>', \
                 end_box='<|box_start|>(3, 4)<|box_end|>')",
            ),
            ("Action: click(start_box='[1,2]')", "Action: click(start_box='[1,2]')"),
            (
                "Action: click(start_box='<|box_start|>(1,2)<|box_end|>')",
                "Action: click(start_box='<|box_start|>(1,2)<|box_end|>')",
            ),
            ("Action: type(content='start_box=')", "Action: type(content='start_box=')"),
            ("Action: click(start_box='(x)')", "Action: click(start_box='(x)')"),
            ("click(start_box='(1,2)')", "click(start_box='(1,2)')"),
            ("", ""),
        ];
        let wrong: Vec<_> =
            cases.iter().map(|(a, want)| (*want, with_box_tokens(a))).filter(|(want, got)| want != got).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
