package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.jishi.core.Id;
import io.jishi.core.Refusal;
import io.jishi.core.Role;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Method;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private static final String ERROR = "#/components/schemas/Error";
    private static EdgeWorld world;
    private static JsonNode api;

    @BeforeAll
    static void open() throws IOException {
        world = new EdgeWorld();
        api = new YAMLMapper().readTree(world.get("/openapi.yaml").body());
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @Test
    @DisplayName(
            "[HT18] openapi.yaml describes the routes of the authorisation table and no others, and all of them are served")
    void routes() {
        Set<String> described = new TreeSet<>();
        api.get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> described.add(
                                "route " + operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey())));
        Set<String> table = Authorization.shipped().rows().keySet().stream()
                .filter(row -> row.startsWith("route "))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(described).isEqualTo(table);
        assertThat(described).isEqualTo(new TreeSet<>(world.edge.rows()));
    }

    @Test
    @DisplayName("[HT18] every declared route has its summary, body, answers and refusals in openapi.yaml")
    void declaredRoutes() {
        assertThat(world.edge.declared()).hasSizeGreaterThanOrEqualTo(5);
        for (Route<?, ?> route : world.edge.declared()) {
            JsonNode operation = operation(route);
            assertThat(operation.at("/summary").asText()).isEqualTo(route.summary());
            Set<String> statuses = new TreeSet<>(Set.of("400", "413", "503", String.valueOf(route.status())));
            if (route.request() != Route.RawBody.class) {
                check(route.request(), operation.at("/requestBody/content/application~1json/schema"));
                statuses.add("415");
            }
            route.refusals().values().forEach(status -> statuses.add(status.toString()));
            assertThat(names(operation.get("responses"))).as(route.row()).isEqualTo(statuses);
            JsonNode success = resolve(operation.get("responses").get(String.valueOf(route.status())));
            if (route.response() == Route.PlainText.class) {
                assertThat(success.at("/content").has("text/plain")).isTrue();
            } else if (route.response() != Method.Nothing.class) {
                check(route.response(), success.at("/content/application~1json/schema"));
            } else {
                assertThat(success.has("content")).isFalse();
            }
            route.refusals().forEach((refusal, status) -> checkRefusal(operation, refusal, status));
        }
    }

    @Test
    @DisplayName("[HT18] errors and health reports have the fields that openapi.yaml says")
    void otherRecords() {
        check(HttpError.Body.class, api.at("/components/schemas/Error"));
        check(PhotoRoutes.Added.class, api.at("/components/schemas/PhotoAdded"));
        check(Health.Report.class, api.at("/components/schemas/Report"));
    }

    @Test
    @DisplayName("[HT18] every reference in openapi.yaml leads somewhere, and every schema is referred to")
    void references() {
        List<String> references = new ArrayList<>(api.findValuesAsText("$ref"));
        references.forEach(
                reference -> assertThat(api.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
        names(api.at("/components/schemas"))
                .forEach(name -> assertThat(references).contains("#/components/schemas/" + name));
    }

    private static JsonNode operation(Route<?, ?> route) {
        return api.get("paths").get(route.path()).get(route.method().name().toLowerCase(Locale.ROOT));
    }

    private static void checkRefusal(JsonNode operation, Refusal refusal, int status) {
        JsonNode response = operation.get("responses").get(String.valueOf(status));
        assertThat(response.at("/description").asText()).contains(refusal.name().toLowerCase(Locale.ROOT));
        assertThat(response.at("/content/application~1json/schema/$ref").asText())
                .isEqualTo(ERROR);
    }

    /** Holds a schema against a record: names, types, which fields are required, nothing else allowed. */
    private static void check(Class<?> type, JsonNode given) {
        JsonNode schema = resolve(given);
        assertThat(schema.at("/additionalProperties").asBoolean(true))
                .as(type.getName())
                .isFalse();
        Map<String, RecordComponent> components = Arrays.stream(type.getRecordComponents())
                .collect(Collectors.toMap(RecordComponent::getName, component -> component));
        assertThat(names(schema.get("properties"))).as(type.getName()).isEqualTo(new TreeSet<>(components.keySet()));
        Set<String> required = new TreeSet<>();
        schema.get("required").forEach(name -> required.add(name.asText()));
        components.forEach((name, component) -> {
            boolean optional = component.getType() == Optional.class;
            assertThat(required.contains(name)).as(type.getName() + "." + name).isEqualTo(!optional);
            Type inner = optional
                    ? ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0]
                    : component.getGenericType();
            checkType(inner, schema.get("properties").get(name), type.getName() + "." + name);
        });
    }

    private static void checkType(Type type, JsonNode given, String where) {
        JsonNode schema = resolve(given);
        String kind = schema.at("/type").asText();
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            assertThat(kind).as(where).isEqualTo("array");
            checkType(list.getActualTypeArguments()[0], schema.get("items"), where);
        } else if (type instanceof ParameterizedType id && id.getRawType() == Id.class) {
            assertThat(given.at("/$ref").asText()).as(where).isEqualTo("#/components/schemas/Id");
        } else if (type == Role.class) {
            assertThat(schema.get("enum")).as(where).hasSize(Role.values().length);
        } else if (type == long.class || type == int.class) {
            assertThat(kind).as(where).isEqualTo("integer");
        } else if (type == boolean.class) {
            assertThat(kind).as(where).isEqualTo("boolean");
        } else if (type instanceof Class<?> record && record.isRecord()) {
            check(record, given);
        } else {
            assertThat(kind).as(where).isEqualTo("string");
        }
    }

    private static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? api.at(node.get("$ref").asText().substring(1)) : node;
    }

    private static Set<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toCollection(TreeSet::new));
    }
}
