package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FossilDeltaTest {
    private static final String ALPHABET = "abc{}\":,0123456789 兰é😀集市";

    private static @Nullable Buffer delta(String source, String target) {
        return FossilDelta.create(Buffer.buffer(source), Buffer.buffer(target));
    }

    /** The delta's length; it is checked to lead to the target and to be a text. */
    private static int checked(String source, String target) {
        Buffer delta = delta(source, target);
        if (delta == null) {
            return target.getBytes(StandardCharsets.UTF_8).length;
        }
        byte[] result = FossilPatch.apply(source.getBytes(StandardCharsets.UTF_8), delta.getBytes());
        assertThat(new String(result, StandardCharsets.UTF_8)).isEqualTo(target);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(delta.getBytes()));
        } catch (CharacterCodingException e) {
            throw new AssertionError("no text: " + delta, e);
        }
        return delta.length();
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        int[] characters = ALPHABET.codePoints().toArray();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }

    /** Cuts, repeats, moves and replaces pieces, between characters. */
    private static String changed(Random random, String source) {
        int[] characters = source.codePoints().toArray();
        StringBuilder changed = new StringBuilder();
        for (int piece = 0; piece < 1 + random.nextInt(5); piece++) {
            int from = characters.length == 0 ? 0 : random.nextInt(characters.length);
            int count = characters.length == 0 ? 0 : random.nextInt(characters.length - from + 1);
            changed.append(new String(characters, from, count)).append(text(random, random.nextInt(6)));
        }
        return changed.toString();
    }

    @Test
    @DisplayName("[PR15] a delta leads from any text to any other, and is a text itself")
    void anyText() {
        Random random = new Random(7);
        int shorter = 0;
        for (int i = 0; i < 20_000; i++) {
            String source = text(random, random.nextInt(200));
            String target = changed(random, source);
            if (checked(source, target) < target.getBytes(StandardCharsets.UTF_8).length) {
                shorter++;
            }
        }
        assertThat(shorter).isGreaterThan(10_000);
    }

    @ParameterizedTest
    @CsvSource({
        "{\"v\":FILL\"n\":1}, {\"v\":FILL\"n\":2}, 40",
        "{\"n\":1FILL}, {\"n\":2FILL}, 40",
        "FILL1FILL, FILL2FILL, 40",
        "xFILLy, FILL, 30",
        "FILL, FILL, 25",
        "FILLab, abFILL, 40",
    })
    @DisplayName("[PR15] a small change to a long text is a short delta")
    void small(String source, String target, int most) {
        String fill = text(new Random(3), 900);
        assertThat(checked(source.replace("FILL", fill), target.replace("FILL", fill)))
                .isLessThan(most);
    }

    @Test
    @DisplayName("[PR15] there is no delta that is as long as what it leads to")
    void notShorter() {
        assertThat(delta("", "")).isNull();
        assertThat(delta("", "a")).isNull();
        assertThat(delta("{\"n\":1}", "{\"n\":2}")).isNull();
        assertThat(delta("a".repeat(500), "b".repeat(500))).isNull();
        assertThat(delta("a", "a".repeat(500))).isNull();
    }
}
