package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.realtime.Json;
import io.vertx.core.buffer.Buffer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;

/** What tests of HTTP look for in answers. */
final class HttpAnswers {
    private HttpAnswers() {}

    static void expect(HttpResponse<String> answer, int status, int code, String name) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode body = json(answer);
        assertThat(fields(body)).containsExactly("error");
        assertThat(fields(body.get("error")))
                .contains("code", "name", "message")
                .isSubsetOf("code", "name", "message", "field");
        assertThat(body.at("/error/code").asInt()).isEqualTo(code);
        assertThat(body.at("/error/name").asText()).isEqualTo(name).isLowerCase();
        assertThat(body.at("/error/message").asText()).endsWith(".").doesNotContain("\n");
        assertThat(name).isEqualTo(name.toLowerCase(Locale.ROOT));
    }

    static List<String> fields(JsonNode node) {
        return node.properties().stream().map(java.util.Map.Entry::getKey).toList();
    }

    static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(Buffer.buffer(answer.body()));
    }

    static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
