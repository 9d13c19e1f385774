package io.jishi.liverooms;

import io.jishi.core.Invalid;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where the word list comes from. */
final class Words {
    static final Setting<String> FILE = Setting.text(
            "liverooms.words-file",
            "",
            "Words and phrases that no comment may contain, one a line, UTF-8; without it the list that ships is used.");

    private Words() {}

    /** Reads the list; blocks. */
    static CommentFilter load(Settings settings) {
        String file = settings.get(FILE);
        if (file.isEmpty()) {
            return WordList.parse(shipped());
        }
        try {
            return WordList.parse(Files.readString(Path.of(file)));
        } catch (IOException | InvalidPathException e) {
            throw new Invalid(FILE.name(), FILE.name() + " must name a readable UTF-8 file.");
        } catch (IllegalArgumentException e) {
            throw new Invalid(
                    FILE.name(),
                    FILE.name() + " must have at most " + WordList.WORDS_MAX + " words of at most "
                            + WordList.WORD_CHARACTERS_MAX + " characters.");
        }
    }

    private static String shipped() {
        try (InputStream in = Words.class.getResourceAsStream("/liverooms/words.txt")) {
            if (in == null) {
                throw new IllegalStateException("liverooms/words.txt is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
