//! Running the commands of set-up, checks and teardown: with an end, and without leaving anything behind.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// How long a command may take.
pub const LIMIT: Duration = Duration::from_secs(60);

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Its exit code; none where a signal ended it.
    pub exit: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained.
    pub stderr: String,
}

/// Runs a command in a folder with an environment on top of our own.
///
/// # Errors
/// A sentence: that it could not be started, or took too long.
pub async fn run(argv: &[String], folder: &Path, environment: &[(OsString, OsString)]) -> Result<Done, String> {
    let Some((program, arguments)) = argv.split_first() else { return Err("the command line is empty".into()) };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).envs(environment.iter().cloned());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let child = command.spawn().map_err(|e| format!("`{program}` cannot be started: {e}"))?;
    match tokio::time::timeout(LIMIT, child.wait_with_output()).await {
        Ok(Ok(output)) => Ok(Done {
            exit: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }),
        Ok(Err(e)) => Err(format!("`{program}` failed: {e}")),
        Err(_) => Err(format!("`{program}` did not end within {} s", LIMIT.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(words: &[&str]) -> Vec<String> {
        words.iter().map(|w| (*w).to_owned()).collect()
    }

    #[tokio::test]
    async fn commands_run_in_the_folder_with_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let environment = [("COLOUR".into(), "blue".into())];
        let done =
            run(&argv(&["sh", "-c", "pwd; echo $COLOUR; echo no >&2; exit 3"]), folder.path(), &environment).await;
        let done = done.unwrap();
        let real = folder.path().canonicalize().unwrap();
        assert_eq!(done.stdout, format!("{}\nblue\n", real.display()));
        assert_eq!((done.exit, done.stderr.as_str()), (Some(3), "no\n"));
    }

    #[tokio::test]
    async fn an_unknown_program_is_named() {
        let error = run(&argv(&["no-such-program"]), Path::new("/"), &[]).await.unwrap_err();
        assert!(error.starts_with("`no-such-program` cannot be started"), "{error}");
    }
}
