package io.jishi.realtime;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.jishi.core.Invalid;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one JSON mapping of messages: records, absent instead of null, instants as milliseconds since 1970 UTC. Reading is
 * strict: unknown fields, wrong types and fractions where whole numbers belong are {@link Invalid}.
 */
public final class Json {
    private static final int NESTING_MAX = 32;

    static final JsonMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX)
                            .build())
                    .build())
            .addModule(new JavaTimeModule())
            .addModule(new com.fasterxml.jackson.datatype.jdk8.Jdk8Module())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(DeserializationFeature.READ_DATE_TIMESTAMPS_AS_NANOSECONDS)
            .enable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DATE_TIMESTAMPS_AS_NANOSECONDS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(com.fasterxml.jackson.databind.MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .addModule(StrictNumbers.module())
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .serializationInclusion(JsonInclude.Include.NON_ABSENT)
            .build();

    /** Of values that are passed on: numbers stay what they are, however many digits they have. */
    private static final ObjectReader TREES = MAPPER.readerFor(JsonNode.class)
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

    private static final ObjectReader SEQUENCES = TREES.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    public static Buffer encode(Object message) {
        try {
            return Buffer.buffer(MAPPER.writeValueAsBytes(message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message cannot be written as JSON: " + message.getClass(), e);
        }
    }

    /** @throws Invalid where the bytes are not JSON of that shape */
    public static <T> T decode(Buffer json, Class<T> type) {
        try {
            return required(MAPPER.readValue(json.getBytes(), type));
        } catch (IOException | NumberFormatException e) {
            throw invalid(e);
        }
    }

    /** @throws Invalid where the tree is not of that shape */
    public static <T> T decode(JsonNode json, Class<T> type) {
        try {
            return required(MAPPER.treeToValue(json, type));
        } catch (IOException | NumberFormatException e) {
            throw invalid(e);
        }
    }

    /** @throws Invalid where the bytes are not one JSON value */
    public static JsonNode tree(Buffer json) {
        try {
            return required(TREES.readTree(json.getBytes()));
        } catch (IOException | NumberFormatException e) {
            throw invalid(e);
        }
    }

    /**
     * Reads values that follow one another, with white space between them or without.
     *
     * @throws Invalid where the bytes are something else, or there are more values
     */
    public static List<JsonNode> trees(Buffer json, int max) {
        List<JsonNode> values = new ArrayList<>(1);
        try (JsonParser parser = SEQUENCES.createParser(json.getBytes());
                MappingIterator<JsonNode> sequence = SEQUENCES.readValues(parser)) {
            while (sequence.hasNextValue()) {
                if (values.size() == max) {
                    throw new Invalid("", "A message carries at most " + max + " commands.");
                }
                values.add(sequence.nextValue());
            }
        } catch (IOException | NumberFormatException e) { // the latter for an exponent of ten digits
            throw invalid(e);
        }
        return values;
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new Invalid("", "The value must not be null.");
        }
        return value;
    }

    /** @param e also NumberFormatException, which Jackson lets through for an exponent of ten digits */
    private static Invalid invalid(Exception e) {
        return switch (e) {
            case ValueInstantiationException v when v.getCause() instanceof Invalid cause -> cause;
            case UnrecognizedPropertyException u ->
                new Invalid(
                        u.getPropertyName().length() > 64 ? "" : u.getPropertyName(),
                        "There is a field that is not known here.");
            case MismatchedInputException m ->
                new Invalid(path(m), "The field " + path(m) + " has the wrong type or is missing.");
            case JsonMappingException m
            when m.getCause() instanceof InputCoercionException ->
                new Invalid(path(m), "The number in the field " + path(m) + " is too large or too small.");
            case InputCoercionException _ -> new Invalid("", "A number is too large or too small.");
            default -> new Invalid("", "That is not well-formed JSON.");
        };
    }

    private static String path(JsonMappingException e) {
        return e.getPath().isEmpty()
                ? ""
                : String.valueOf(e.getPath().get(e.getPath().size() - 1).getFieldName());
    }
}
