//! "Did you mean …?": the known word nearest to one that nobody knows.

/// The candidate nearest to `word`, if one is near enough to be a slip of the fingers. The first of equals wins.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 64;
    let word: Vec<char> = word.to_lowercase().chars().take(LONGEST + 1).collect();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let allowed = (word.len() / 3).max(1);
    let mut best = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.to_lowercase().chars().take(LONGEST + 1).collect();
        if other.len().abs_diff(word.len()) > allowed || other.len() > LONGEST {
            continue;
        }
        let distance = distance(&word, &other);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// A hint for a person: the nearest candidate if there is one, else all of them if they are few.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    if let Some(near) = closest(word, candidates.clone()) {
        return Some(format!("Did you mean '{near}'?"));
    }
    const FEW: usize = 20;
    let known: Vec<&str> = candidates.into_iter().take(FEW + 1).collect();
    (!known.is_empty() && known.len() <= FEW).then(|| format!("Known: {}", known.join(", ")))
}

/// How many letters must be changed, added, dropped or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_strangers_are_not() {
        let types = ["number", "integer", "string", "array"];
        assert_eq!(closest("nubmer", types), Some("number"));
        assert_eq!(closest("Sting", types), Some("string"));
        assert_eq!(closest("quaternion", types), None);
        assert_eq!(closest("", types), None);
        assert_eq!(did_you_mean("zzz", types).as_deref(), Some("Known: number, integer, string, array"));
        assert_eq!(did_you_mean("zzz", []), None);
    }
}
