//! Shell lines that destroy: told by their words, for nothing is evaluated.

/// Commands that only run another one, with options of their own.
const WRAPPERS: [&str; 9] = ["sudo", "doas", "env", "nohup", "time", "exec", "command", "nice", "setsid"];

/// Folders that nobody removes and keeps a system.
const FOLDERS: [&str; 15] = [
    "/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/opt", "/proc", "/root", "/sbin", "/sys", "/usr", "/var",
    "~",
];

/// What the text would destroy were it typed into a shell, if anything: the command and what it does.
///
/// A command that is a plain word too (`reboot`) counts only where Enter follows.
pub(super) fn destroys(text: &str) -> Option<String> {
    let text = corrected(text);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, is_entered, after) = match rest.split_once('\n') {
            Some((line, after)) => (line, true, after),
            None => (rest, false, ""),
        };
        let found = commands(line).find_map(|command| {
            let why = strong(&command).or_else(|| weak(&command).filter(|_| is_entered))?;
            Some(format!("\"{}\" {why}", command.join(" ")))
        });
        if found.is_some() {
            return found;
        }
        rest = after;
    }
    None
}

/// The text with what its backspaces take away.
fn corrected(text: &str) -> String {
    let mut left = String::new();
    for c in text.chars() {
        match c {
            '\u{8}' if !left.ends_with('\n') => drop(left.pop()),
            '\u{8}' => {}
            c => left.push(c),
        }
    }
    left
}

/// The commands of a line, each as its words.
fn commands(line: &str) -> impl Iterator<Item = Vec<String>> {
    let parts = line.replace("$(", ";").replace(['`', '(', ')', '{', '}'], ";");
    let parts: Vec<String> = parts.split([';', '|', '&']).map(str::to_owned).collect();
    parts.into_iter().map(|part| words(&part)).filter(|words| !words.is_empty())
}

/// The words of a command without quotes, wrappers and assignments before it.
fn words(part: &str) -> Vec<String> {
    let all = part.split_whitespace().map(|word| word.replace(['"', '\'', '\\'], ""));
    let mut words: Vec<String> = all.filter(|word| !word.is_empty()).collect();
    loop {
        let name = words.first().map(|word| base(word).to_owned()).unwrap_or_default();
        if WRAPPERS.contains(&name.as_str()) {
            words.remove(0);
            while words.first().is_some_and(|word| word.starts_with('-')) {
                words.remove(0);
            }
        } else if name.contains('=') && words.len() > 1 {
            words.remove(0);
        } else if let Some(inner) = inner(&name, &words) {
            words = inner;
        } else {
            return words;
        }
    }
}

/// The command within `sh -c`.
fn inner(name: &str, words: &[String]) -> Option<Vec<String>> {
    let is_shell = matches!(name, "sh" | "bash" | "zsh" | "dash" | "su");
    let at = words.iter().position(|word| word == "-c").filter(|_| is_shell)?;
    Some(words[at + 1..].to_vec())
}

/// `rm` of `/bin/rm`.
fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// Commands that no prose holds.
fn strong(words: &[String]) -> Option<&'static str> {
    let (name, rest) = words.split_first()?;
    if redirects_to_disk(words) {
        return Some("overwrites a disk");
    }
    match base(name) {
        "rm" if has_option(rest, 'r', "--recursive") || has_option(rest, 'R', "--recursive") => {
            rest.iter().any(|word| is_everything(word)).then_some("removes everything there")
        }
        "find" if rest.iter().any(|word| word == "-delete") => {
            rest.first().is_some_and(|word| is_everything(word)).then_some("removes everything there")
        }
        "chmod" | "chown" if has_option(rest, 'R', "--recursive") => {
            rest.iter().any(|word| is_everything(word)).then_some("changes whose everything is")
        }
        name if name == "mkfs" || name.starts_with("mkfs.") || name == "mke2fs" || name == "wipefs" => {
            rest.iter().any(|word| word.starts_with("/dev/")).then_some("formats a disk")
        }
        "shred" | "blkdiscard" => rest.iter().any(|word| is_disk(word)).then_some("overwrites a disk"),
        "dd" => {
            let target = rest.iter().find_map(|word| word.strip_prefix("of="));
            target.is_some_and(is_disk).then_some("overwrites a disk")
        }
        _ => None,
    }
}

/// Commands that are words of prose too.
fn weak(words: &[String]) -> Option<&'static str> {
    let (name, rest) = words.split_first()?;
    let are_options = rest.iter().all(|word| word.starts_with(['-', '+']) || word == "now" || word.contains(':'));
    match base(name) {
        "shutdown" | "reboot" | "poweroff" | "halt" if are_options => Some("stops the machine"),
        "init" | "telinit" if matches!(rest, [level] if level == "0" || level == "6") => Some("stops the machine"),
        "systemctl" if rest.iter().any(|word| matches!(word.as_str(), "poweroff" | "reboot" | "halt" | "kexec")) => {
            Some("stops the machine")
        }
        "loginctl" if rest.iter().any(|word| word.starts_with("terminate-") || word.starts_with("kill-")) => {
            Some("ends the session")
        }
        "gnome-session-quit" | "xfce4-session-logout" | "mate-session-save" | "killall5" => Some("ends the session"),
        "openbox" if rest.iter().any(|word| word == "--exit") => Some("ends the session"),
        "kill" if rest.iter().any(|word| word == "-1") && rest.len() > 1 => Some("ends every process"),
        "pkill" | "killall" if rest.iter().any(|word| matches!(word.as_str(), "Xorg" | "Xvfb" | "gnome-shell")) => {
            Some("ends the session")
        }
        _ => None,
    }
}

/// Whether a letter is among the short options, or the long one is there.
fn has_option(words: &[String], letter: char, long: &str) -> bool {
    words.iter().any(|word| word == long || (word.starts_with('-') && !word.starts_with("--") && word.contains(letter)))
}

/// A system's or a person's folder, or all that is in it.
fn is_everything(word: &str) -> bool {
    let word = word.replace("${HOME}", "~").replace("$HOME", "~");
    if word == "--no-preserve-root" || matches!(word.as_str(), "*" | "." | ".." | "./*" | "../*") {
        return true;
    }
    let folder = word.trim_end_matches('*').trim_end_matches('/');
    let is_whole = !word.is_empty() && folder.is_empty();
    is_whole || FOLDERS.contains(&folder) || folder.strip_prefix("/home/").is_some_and(|rest| !rest.contains('/'))
}

/// A device that is no sink.
fn is_disk(path: &str) -> bool {
    let sinks = ["null", "zero", "full", "stdout", "stderr", "tty", "random", "urandom"];
    path.strip_prefix("/dev/").is_some_and(|name| !sinks.contains(&name) && !name.starts_with("pts/"))
}

fn redirects_to_disk(words: &[String]) -> bool {
    let joined = words.join(" ");
    joined.split('>').skip(1).any(|after| after.split_whitespace().next().is_some_and(is_disk))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_destroys_is_told_from_what_does_not() {
        let destroy = [
            "rm -rf /",
            "sudo rm -rf /*",
            "rm -fr ~",
            "rm -r -f $HOME/",
            "cd /tmp && rm -rf \"/\"",
            "/bin/rm -Rf /home/ada",
            "sudo -n mkfs.ext4 /dev/sda1",
            "dd if=/dev/zero of=/dev/nvme0n1 bs=1M",
            "cat x > /dev/sda",
            "echo a; rm -rf *",
            "sh -c 'rm -rf /'",
            "LANG=C rm --recursive --force /etc",
            "find / -name x -delete",
            "chmod -R 777 /",
            "reboot\n",
            "sudo shutdown -h now\n",
            "systemctl poweroff\n",
            "init 0\n",
            "echo $(reboot)\n",
            "kill -9 -1\n",
            "openbox --exit\n",
            "first\nrm -rf /\nthird",
            "rx\u{8}m -rf /",
        ];
        let harmless = [
            "",
            "rm -rf build",
            "rm -rf ./target",
            "rm /tmp/x",
            "rm -rf /tmp/work",
            "rm -rf /home/ada/old",
            "dd if=a of=b",
            "echo hi > /dev/null",
            "mkfs is a command\n",
            "reboot",
            "please reboot the machine\n",
            "halt the process\n",
            "make && make install\n",
            "We had to shutdown the plant.\n",
            "chmod -R go-w src",
            "find . -name x",
            "a | b & c",
            "Sightstep was here.",
            "dear Bob\n",
            "init 3 people\n",
            "kill 12\n",
        ];
        let missed: Vec<_> = destroy.iter().filter(|line| destroys(line).is_none()).collect();
        let wrong: Vec<_> = harmless.iter().filter(|line| destroys(line).is_some()).collect();
        assert!(missed.is_empty() && wrong.is_empty(), "missed {missed:?}, wrongly refused {wrong:?}");
    }

    #[test]
    fn the_command_is_named() {
        assert_eq!(destroys("ls; sudo rm -rf /").unwrap(), "\"rm -rf /\" removes everything there");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_judged(text in "\\PC*") {
            let _ = destroys(&text);
        }
    }
}
