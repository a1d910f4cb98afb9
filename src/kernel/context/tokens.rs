//! How many tokens a text has, about. Every model counts in its own way; this is one estimate for all, meant to be a little too high.
//!
//! Letters and spaces count four to a token, digits and signs (of which code has many) two, letters of other European scripts two, all
//! else, such as Chinese, one each.

/// The estimate.
pub fn estimate_tokens(text: &str) -> usize {
    let quarters: usize = text.chars().map(quarters_of_a_token).sum();
    quarters.div_ceil(4)
}

fn quarters_of_a_token(letter: char) -> usize {
    match letter {
        'a'..='z' | 'A'..='Z' | ' ' | '\n' => 1,
        '\0'..='\u{7f}' => 2,
        '\u{80}'..='\u{52f}' => 2,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::estimate_tokens;

    #[test]
    fn texts_count_by_what_they_are_made_of() {
        assert_eq!(estimate_tokens(""), 0);
        assert_eq!(estimate_tokens("a"), 1);
        assert_eq!(estimate_tokens("a plain sentence of words"), 7);
        assert_eq!(estimate_tokens("x[0]+=1;"), 4);
        assert_eq!(estimate_tokens("数据分析"), 4);
    }
}
