package io.jishi.catalog;

import com.fasterxml.jackson.annotation.JsonValue;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.core.Place;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A place of the shop in which units are.
 *
 * @param id of a shelf's location the shelf's own
 * @param place null where nobody needs to find it
 */
public record Location(
        Id<Location> id,
        Kind kind,
        LocalText name,
        @Nullable Place place) {
    /** Where everything is that nobody has said otherwise of. The migration that brought locations made it. */
    public static final Id<Location> MAIN = Id.of(1);

    /** What a location is for. */
    public enum Kind {
        /** What is to be brought to buyers comes from here. */
        WAREHOUSE,
        /** Buyers fetch their orders here. */
        COUNTER,
        /** Buyers help themselves. */
        SHELF;

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }
}
