package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.core.Invalid;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    private static final String WHOLE = """
            {"text":"a","at":5,"latitude":1,"count":2,"big":3,"yes":true,"level":"low","maybe":4.5,"list":["b"],"other":"c"}""";

    enum Level {
        @com.fasterxml.jackson.annotation.JsonProperty("low")
        LOW
    }

    record Message(
            String text,
            Instant at,
            double latitude,
            int count,
            long big,
            boolean yes,
            Level level,
            @Nullable Double maybe,
            List<String> list,
            Optional<String> other) {}

    @Test
    @DisplayName("[RT22] a message of the right types is read, from bytes and from a tree")
    void whole() {
        Message message = Json.decode(Buffer.buffer(WHOLE), Message.class);
        assertThat(message)
                .isEqualTo(new Message(
                        "a", Instant.ofEpochMilli(5), 1, 2, 3, true, Level.LOW, 4.5, List.of("b"), Optional.of("c")));
        assertThat(Json.decode(Json.tree(Buffer.buffer(WHOLE)), Message.class)).isEqualTo(message);
        assertThat(Json.decode(Json.encode(message), Message.class)).isEqualTo(message);
        assertThat(Json.decode(Buffer.buffer(WHOLE.replace("4.5", "null")), Message.class)
                        .maybe())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    text     | "a"     | 5
                    text     | "a"     | 5.5
                    text     | "a"     | true
                    text     | "a"     | []
                    at       | 5       | "2026-01-01T00:00:00Z"
                    at       | 5       | "5"
                    at       | 5       | 5.5
                    at       | 5       | true
                    latitude | 1       | "NaN"
                    latitude | 1       | "1.5"
                    latitude | 1       | ""
                    latitude | 1       | null
                    latitude | 1       | true
                    maybe    | 4.5     | "Infinity"
                    count    | 2       | "2"
                    count    | 2       | 2.5
                    count    | 2       | null
                    count    | 2       | 3000000000
                    big      | 3       | 99999999999999999999
                    at       | 5       | 99999999999999999999
                    yes      | true    | "true"
                    yes      | true    | 1
                    level    | "low"   | 0
                    other    | "c"     | 5
                    """)
    @DisplayName("[RT22] a value of another type or out of range is refused, and its field named")
    void wrongType(String field, String right, String wrong) {
        Buffer json = Buffer.buffer(WHOLE.replace("\"" + field + "\":" + right, "\"" + field + "\":" + wrong));
        assertThat(json.toString()).isNotEqualTo(WHOLE);
        assertRefused(field, () -> Json.decode(json, Message.class));
        assertRefused(field, () -> Json.decode(Json.tree(json), Message.class));
    }

    @Test
    @DisplayName("[RT22] a text in a list is no number either")
    void inList() {
        Buffer json = Buffer.buffer(WHOLE.replace("[\"b\"]", "[5]"));
        assertThatThrownBy(() -> Json.decode(json, Message.class)).isInstanceOf(Invalid.class);
    }

    @Test
    @DisplayName("[RT22] what is not JSON is called so")
    void notJson() {
        assertThatThrownBy(() -> Json.decode(Buffer.buffer("{\"text\":\"a\",}"), Message.class))
                .isInstanceOf(Invalid.class)
                .hasMessage("That is not well-formed JSON.");
    }

    private static void assertRefused(String field, org.assertj.core.api.ThrowableAssert.ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        Invalid.class, invalid -> assertThat(invalid.field()).isEqualTo(field))
                .hasMessageContaining("field " + field);
    }
}
