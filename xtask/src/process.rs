//! Starts other programs: quietly with a progress line, or with their output shown as it comes.
//!
//! A program that fails leaves the end of its output in front of the person; one that succeeds leaves one line.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use crate::problem::{Context, Problem, Result};

/// How many lines of a failed program's output are shown.
const TAIL_LINES: usize = 80;
/// How often the progress line is drawn on a terminal, and printed elsewhere.
const REDRAW: Duration = Duration::from_millis(150);
const REPORT: Duration = Duration::from_secs(20);

/// Runs a program behind a progress line; its output is shown only if it fails.
pub fn quietly(label: &str, command: &mut Command) -> Result<()> {
    let started = Instant::now();
    let lines = start(command)?;
    let mut progress = Progress::new(label);
    let mut tail = VecDeque::new();
    let status = lines.each(|line| match line {
        Some(line) => {
            progress.show(&line);
            tail.push_back(line);
            if tail.len() > TAIL_LINES {
                tail.pop_front();
            }
        }
        None => progress.tick(),
    })?;
    progress.clear();
    if status.success() {
        println!("  {label}: done in {}", duration_text(started.elapsed()));
        return Ok(());
    }
    for line in tail {
        eprintln!("    {line}");
    }
    Err(Problem::new(format!("{label}: `{}` failed ({status})", text(command))))
}

/// Runs a program and shows its output as it comes; `on_line` sees every line. Says whether the program succeeded.
pub fn openly(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<bool> {
    let lines = start(command)?;
    let status = lines.each(|line| {
        if let Some(line) = line {
            println!("{line}");
            on_line(&line);
        }
    })?;
    Ok(status.success())
}

/// What a short program writes to standard output; `None` if it is not there or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// `4.2 s`, `3 min 07 s`: as people say it.
pub fn duration_text(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 59.95 {
        return format!("{seconds:.1} s");
    }
    let whole = (duration + Duration::from_millis(500)).as_secs();
    format!("{} min {:02} s", whole / 60, whole % 60)
}

/// A running program and the lines of both its outputs.
struct Lines {
    child: std::process::Child,
    receiver: Receiver<String>,
    command: String,
}

impl Lines {
    /// Calls `on_line` for every line, and with `None` when there was none for a while; returns how the program ended.
    fn each(mut self, mut on_line: impl FnMut(Option<String>)) -> Result<std::process::ExitStatus> {
        loop {
            match self.receiver.recv_timeout(REDRAW) {
                Ok(line) => on_line(Some(line)),
                Err(RecvTimeoutError::Timeout) => on_line(None),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.child.wait().context(|| format!("waiting for `{}`", self.command))
    }
}

fn start(command: &mut Command) -> Result<Lines> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context(|| format!("starting `{}`", text(command)))?;
    let (sender, receiver) = channel();
    let outputs: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|output| Box::new(output) as _),
        child.stderr.take().map(|output| Box::new(output) as _),
    ];
    for output in outputs.into_iter().flatten() {
        let sender = sender.clone();
        std::thread::spawn(move || forward(output, &sender));
    }
    Ok(Lines { child, receiver, command: text(command) })
}

fn forward(output: impl Read, sender: &Sender<String>) {
    let mut reader = BufReader::new(output);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
        let line = String::from_utf8_lossy(&bytes);
        if sender.send(line.trim_end_matches(['\r', '\n']).to_owned()).is_err() {
            return;
        }
        bytes.clear();
    }
}

/// The program's name and its arguments, as one would type them.
fn text(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// One line that says what is going on and for how long: redrawn on a terminal, printed now and then elsewhere.
struct Progress<'a> {
    label: &'a str,
    started: Instant,
    drawn: Instant,
    last_line: String,
    terminal: bool,
}

impl<'a> Progress<'a> {
    fn new(label: &'a str) -> Self {
        let terminal = std::io::stdout().is_terminal();
        if !terminal {
            println!("  {label} …");
        }
        let now = Instant::now();
        Self { label, started: now, drawn: now, last_line: String::new(), terminal }
    }

    fn show(&mut self, line: &str) {
        line.trim().clone_into(&mut self.last_line);
        self.tick();
    }

    fn tick(&mut self) {
        let every = if self.terminal { REDRAW } else { REPORT };
        if self.drawn.elapsed() < every {
            return;
        }
        self.drawn = Instant::now();
        let elapsed = duration_text(self.started.elapsed());
        let line: String = format!("  {} … {elapsed}  {}", self.label, self.last_line).chars().take(110).collect();
        if self.terminal {
            print!("\r\x1b[2K{line}");
            // A progress line that cannot be drawn is no reason to stop the work.
            let _ = std::io::stdout().flush();
        } else {
            println!("{line}");
        }
    }

    fn clear(&self) {
        if self.terminal {
            print!("\r\x1b[2K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        assert_eq!(duration_text(Duration::from_millis(4230)), "4.2 s");
        assert_eq!(duration_text(Duration::from_millis(59_990)), "1 min 00 s");
        assert_eq!(duration_text(Duration::from_secs(187)), "3 min 07 s");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let problem = quietly("Trying", &mut Command::new("no-such-program-anywhere")).unwrap_err().to_string();
        assert!(problem.contains("no-such-program-anywhere"), "{problem}");
    }
}
