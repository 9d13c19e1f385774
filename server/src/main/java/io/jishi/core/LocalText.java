package io.jishi.core;

/** A text that a person reads, in Chinese and in English. */
public record LocalText(String zh, String en) {
    private static final int CHARACTERS_MAX = 200;

    public LocalText {
        zh = Check.text("zh", zh, 1, CHARACTERS_MAX);
        en = Check.text("en", en, 1, CHARACTERS_MAX);
    }
}
