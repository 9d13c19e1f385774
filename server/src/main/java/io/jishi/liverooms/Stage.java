package io.jishi.liverooms;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.jishi.core.Invalid;
import java.util.Locale;

/** How far a session is; in JSON and SQL in lower case. */
public enum Stage {
    SCHEDULED,
    LIVE,
    ENDED;

    @JsonCreator
    static Stage of(String text) {
        for (Stage stage : values()) {
            if (stage.text().equals(text)) {
                return stage;
            }
        }
        throw new Invalid("stage", "The field stage must be scheduled, live or ended.");
    }

    @JsonValue
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
