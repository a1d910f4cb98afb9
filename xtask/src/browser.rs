//! Finds a Chromium for the browser tests: the one that is named, the system's, Playwright's, or Debian's package.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Problem, Result};
use crate::{process, system, tools, workspace};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const MACOS_APPS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The path of a Chromium that starts.
pub fn chromium() -> Result<PathBuf> {
    for variable in ["CHROMIUM", "CHROME_PATH"] {
        if let Some(named) = std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from) {
            return works(&named).then_some(named.clone()).ok_or_else(|| {
                Problem::new(format!("{variable} names {}, which does not start", named.display()))
                    .fix(format!("unset {variable}, or name a Chromium"))
            });
        }
    }
    if let Some(found) = system_browser().or_else(playwright_browser) {
        return Ok(found);
    }
    let of_playwright = download_with_playwright();
    if let Some(found) = of_playwright.ok().and_then(|()| playwright_browser()) {
        return Ok(found);
    }
    system::debian_install("Installing Chromium", &["chromium"])?;
    system_browser().ok_or_else(|| {
        Problem::new("no Chromium was found").fix("install Chromium or Chrome, and set CHROMIUM to its path")
    })
}

fn system_browser() -> Option<PathBuf> {
    system::which(&NAMES).into_iter().chain(MACOS_APPS.iter().map(PathBuf::from)).find(|browser| works(browser))
}

fn works(browser: &Path) -> bool {
    process::output(Command::new(browser).arg("--version")).is_some()
}

/// The Chromium that Playwright has downloaded earlier.
fn playwright_browser() -> Option<PathBuf> {
    let node = system::which(&["node"])?;
    let script = "console.log(require('@playwright/test').chromium.executablePath())";
    let path = process::output(Command::new(node).args(["-e", script]).current_dir(workspace::root().join("tests")))?;
    Some(PathBuf::from(path)).filter(|browser| browser.is_file() && works(browser))
}

fn download_with_playwright() -> Result<()> {
    let node = tools::node()?;
    let command_line = workspace::root().join("tests/node_modules/@playwright/test/cli.js");
    process::quietly(
        "Downloading Playwright's Chromium",
        Command::new(node)
            .arg(command_line)
            .args(["install", "chromium"])
            .env("PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT", "10000"),
    )
}
