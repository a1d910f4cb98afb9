//! `serve --watch`: sees that a source changed, builds again, and tells the open pages to reload.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::build::{self, Profile};
use crate::problem::Result;
use crate::workspace;

/// Where the page finds the reload script and its events: names that no build makes.
pub const SCRIPT_URL: &str = "/__reload.js";
/// The stream of server-sent events that the script listens to.
pub const EVENTS_URL: &str = "/__reload";
/// Reloads on a new build, and after the server itself came back.
pub const SCRIPT: &str = "let lost = false;
const events = new EventSource('/__reload');
events.addEventListener('built', () => location.reload());
events.addEventListener('open', () => { if (lost) location.reload(); });
events.addEventListener('error', () => { lost = true; });
";

/// How often sources are looked at; only names, times and sizes, so it costs nothing to speak of.
const LOOK_EVERY: Duration = Duration::from_millis(400);
/// A line is sent to each page this often, so that those that left are noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Counts builds; everything that waits for the next one holds a copy.
#[derive(Clone)]
pub struct Reloads {
    builds: Arc<(Mutex<u64>, Condvar)>,
}

impl Reloads {
    /// Nothing has been built again yet.
    pub fn start() -> Self {
        Self { builds: Arc::default() }
    }

    /// Tells every open page that there is a new build.
    fn announce(&self) {
        *self.builds.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.builds.1.notify_all();
    }

    /// Keeps a page informed, on a thread of its own, until it goes away.
    pub fn tell(&self, mut page: Box<dyn Write + Send>) {
        let builds = Arc::clone(&self.builds);
        std::thread::spawn(move || -> std::io::Result<()> {
            page.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n: hello\n\n")?;
            page.flush()?;
            let (count, changed) = &*builds;
            let mut known = *count.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                let guard = count.lock().unwrap_or_else(PoisonError::into_inner);
                let (guard, _) = changed
                    .wait_timeout_while(guard, KEEP_ALIVE, |now| *now == known)
                    .unwrap_or_else(PoisonError::into_inner);
                let now = *guard;
                drop(guard);
                page.write_all(if now == known { b": still here\n\n" } else { b"event: built\ndata: now\n\n" })?;
                page.flush()?;
                known = now;
            }
        });
    }
}

/// The page with the reload script in its head, as a file of its own: the policy allows no script in the page.
pub fn with_script(page: &[u8]) -> Vec<u8> {
    let page = String::from_utf8_lossy(page);
    page.replacen("</head>", &format!("<script src=\"{SCRIPT_URL}\"></script></head>"), 1).into_bytes()
}

/// Builds again whenever a source changes, and announces what was built. A build that fails is told, and the next change tried.
pub fn rebuild_forever(reloads: &Reloads) -> Result<()> {
    println!("Watching {}; Ctrl C stops it.", build::INPUTS.join(", "));
    let mut built = look();
    loop {
        std::thread::sleep(LOOK_EVERY);
        let seen = look();
        if seen == built {
            continue;
        }
        // An editor may still be writing: wait until two looks agree.
        std::thread::sleep(LOOK_EVERY / 4);
        if look() != seen {
            continue;
        }
        built = seen;
        println!();
        match build::page(Profile::Development) {
            Ok(_) => reloads.announce(),
            Err(problem) => eprintln!("{problem}"),
        }
    }
}

/// Name, time and size of every source; what vanishes while we look is not there.
fn look() -> Vec<(PathBuf, SystemTime, u64)> {
    let describe = |path: PathBuf| {
        let metadata = std::fs::metadata(&path).ok()?;
        let modified = metadata.modified().ok()?;
        Some((path, modified, metadata.len()))
    };
    workspace::sources(&build::INPUTS).unwrap_or_default().into_iter().filter_map(describe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};

    #[test]
    fn the_script_stands_once_in_the_head() {
        let page = with_script(b"<html><head></head><body></head></body></html>");
        assert_eq!(
            String::from_utf8(page).unwrap(),
            "<html><head><script src=\"/__reload.js\"></script></head><body></head></body></html>"
        );
    }

    struct Page(Sender<Vec<u8>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(std::io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_open_page_hears_of_a_build() {
        let reloads = Reloads::start();
        let (sender, receiver) = channel();
        reloads.tell(Box::new(Page(sender)));
        assert!(receiver.recv().unwrap().starts_with(b"HTTP/1.1 200 OK"));
        // The page may begin to wait just after one announcement: it then hears of the next.
        let event = (0..50).find_map(|_| {
            reloads.announce();
            receiver.recv_timeout(Duration::from_millis(100)).ok()
        });
        assert_eq!(event.as_deref(), Some(&b"event: built\ndata: now\n\n"[..]));
    }
}
