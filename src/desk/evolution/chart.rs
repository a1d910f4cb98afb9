//! Figures as pictures: days as bars, times as points. Plain elements, so that they take the page's colours and are read out.

use leptos::prelude::*;
use serde_json::Value;

use super::data::Occurrence;
use crate::desk::words;
use crate::ui::parts::clock;
use crate::ui::parts::reactive::press;

const DAY_S: i64 = 86_400;
/// Twelve weeks.
const DAYS_SHOWN: i64 = 84;

/// `0.923` as `92 %`.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// How long something took.
pub fn duration(ms: f64) -> String {
    match ms {
        _ if ms <= 0.0 => "–".to_owned(),
        _ if ms < 999.5 => format!("{ms:.0} ms"),
        _ if ms < 59_500.0 => format!("{:.1} s", ms / 1_000.0),
        _ => format!("{:.0} min", ms / 60_000.0),
    }
}

/// How well something went, as a class.
pub fn mood(score: f64) -> &'static str {
    match score {
        _ if score >= 0.7 => "good",
        _ if score >= 0.5 => "fair",
        _ => "poor",
    }
}

/// A day as the person's calendar has it.
pub fn day_name(timestamp_s: i64) -> String {
    let date = js_sys::Date::new(&((timestamp_s as f64) * 1_000.0).into());
    String::from(date.to_locale_date_string("default", &wasm_bindgen::JsValue::UNDEFINED))
}

/// Traces of the last twelve weeks, a bar for each day.
pub fn days(by_day: &Value) -> AnyView {
    let today = (clock::now_ms() / 1_000.0) as i64 / DAY_S;
    let mut counts = vec![0_u64; DAYS_SHOWN as usize];
    for (name, count) in by_day.as_object().into_iter().flatten() {
        let day = (js_sys::Date::parse(name) / 1_000.0) as i64 / DAY_S;
        let place = usize::try_from(day - (today - DAYS_SHOWN + 1)).ok();
        if let Some(place) = place.and_then(|place| counts.get_mut(place)) {
            *place += count.as_u64().unwrap_or_default();
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let total: u64 = counts.iter().sum();
    let first = (today - DAYS_SHOWN + 1) * DAY_S;
    let bars = counts
        .iter()
        .zip(0_i64..)
        .map(|(count, place)| {
            let height = if most == 0 { 0.0 } else { 100.0 * *count as f64 / most as f64 };
            let title = format!("{}: {}", day_name(first + place * DAY_S), words::count(*count, "trace"));
            view! { <span class="evo-day" class:some=*count != 0 title=title><span style:height=format!("{height:.1}%")></span></span> }
        })
        .collect_view();
    let label = format!("{} in twelve weeks, at most {most} on a day", words::count(total, "trace"));
    view! {
        <figure class="evo-days-figure">
            <div class="evo-days" role="img" aria-label=label.clone()>{bars}</div>
            <figcaption><span>{day_name(first)}</span><span>{label}</span><span>"today"</span></figcaption>
        </figure>
    }
    .into_any()
}

/// When it was done and how well it went: a point for each time, higher is better. A press on one opens it in the list.
pub fn timeline(times: &[Occurrence], open: impl Fn(&str) + Clone + 'static) -> AnyView {
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return ().into_any() };
    let span = (last.at - first.at).max(1) as f64;
    let points = times
        .iter()
        .map(|time| {
            let left = if first.at == last.at { 50.0 } else { 100.0 * (time.at - first.at) as f64 / span };
            let said = if time.is_rated { "rated" } else { "by what followed" };
            let title = format!("{}: {} ({said})", words::moment(time.at), percent(time.score));
            let (open, trace_id) = (open.clone(), time.trace_id.clone());
            view! {
                <button
                    type="button"
                    class=format!("evo-point {}", mood(time.score))
                    class:rated=time.is_rated
                    style:left=format!("{left:.2}%")
                    style:bottom=format!("{:.1}%", time.score.clamp(0.0, 1.0) * 100.0)
                    title=title.clone()
                    aria-label=title
                    on:click=press(move || open(&trace_id))
                ></button>
            }
        })
        .collect_view();
    view! {
        <figure class="evo-timeline">
            <div class="evo-plot">
                <span class="evo-axis" style:bottom="100%">"100 %"</span>
                <span class="evo-axis" style:bottom="50%">"50 %"</span>
                <span class="evo-axis" style:bottom="0%">"0 %"</span>
                <div class="evo-points">{points}</div>
            </div>
            <figcaption>
                <span>{day_name(first.at)}</span>
                <span class="evo-key"><i class="evo-point rated good"></i>"rated"<i class="evo-point good"></i>"by what followed"</span>
                <span>{day_name(last.at)}</span>
            </figcaption>
        </figure>
    }
    .into_any()
}

/// A share as a short bar, with the number beside it.
pub fn meter(share: f64) -> AnyView {
    view! {
        <span class=format!("evo-meter {}", mood(share))>
            <span class="evo-meter-bar" aria-hidden="true"><span style:width=percent(share).replace(' ', "")></span></span>
            <span class="evo-meter-text">{percent(share)}</span>
        </span>
    }
    .into_any()
}
