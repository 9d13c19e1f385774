package io.jishi.realtime;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads fractions and instants from numbers alone. Jackson's own readers also take texts, "NaN" among them and dates of
 * ISO 8601, whatever coercion is forbidden.
 */
final class StrictNumbers {
    private StrictNumbers() {}

    static SimpleModule module() {
        return new SimpleModule("strict-numbers")
                .addDeserializer(Instant.class, new Instants())
                .addDeserializer(Double.TYPE, new Doubles(Double.TYPE))
                .addDeserializer(Double.class, new Doubles(Double.class));
    }

    private static final class Instants extends StdScalarDeserializer<Instant> {
        private static final long serialVersionUID = 1;

        Instants() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
            if (!json.hasToken(JsonToken.VALUE_NUMBER_INT)) {
                return (Instant) context.handleUnexpectedToken(Instant.class, json);
            }
            return Instant.ofEpochMilli(json.getLongValue());
        }
    }

    private static final class Doubles extends StdScalarDeserializer<Double> {
        private static final long serialVersionUID = 1;

        Doubles(Class<Double> type) {
            super(type);
        }

        @Override
        public Double deserialize(JsonParser json, DeserializationContext context) throws IOException {
            if (!json.hasToken(JsonToken.VALUE_NUMBER_INT) && !json.hasToken(JsonToken.VALUE_NUMBER_FLOAT)) {
                return (Double) context.handleUnexpectedToken(handledType(), json);
            }
            return json.getDoubleValue();
        }

        @Override
        public @Nullable Double getNullValue(DeserializationContext context) throws JsonMappingException {
            return handledType() == Double.TYPE ? context.reportInputMismatch(this, "a number is required") : null;
        }
    }
}
