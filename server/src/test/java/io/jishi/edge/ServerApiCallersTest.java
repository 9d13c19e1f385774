package io.jishi.edge;

import static io.jishi.edge.ServerApiTest.unique;
import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server API as programs call it that were written for Centrifugo. */
class ServerApiCallersTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static OpenNode node;

    private final String channel = unique("recovery:");

    @BeforeAll
    static void start() {
        node = OpenNode.start(List.of(OpenNode.freePort()), 0, Settings.defaults());
    }

    @AfterAll
    static void stop() {
        node.close();
        HTTP.close();
    }

    /** @param type of the body, as the caller says; empty for nothing said */
    private static HttpResponse<String> post(String path, String type, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url(path)))
                .header("Authorization", "apikey " + OpenNode.API_KEY)
                .POST(BodyPublishers.ofString(body));
        return HTTP.send(
                (type.isEmpty() ? request : request.header("Content-Type", type)).build(), BodyHandlers.ofString());
    }

    private String history() throws IOException, InterruptedException {
        String body = "{\"channel\":\"" + channel + "\",\"limit\":-1}";
        return post("/api/history", "application/json", body).body();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "application/x-www-form-urlencoded",
                "Application/X-WWW-Form-URLencoded; charset=utf-8",
                "multipart/form-data; boundary=x",
                "text/plain"
            })
    @DisplayName("[SA11] a body is read as the JSON that it is, whatever its type is called, as long as it may be")
    void types(String type) throws IOException, InterruptedException {
        String data = "100% & more = \u00fc" + "&".repeat(1_000) + "x".repeat(20_000);
        String body = "{\"channel\":\"" + channel + "\",\"data\":\"" + data + "\"}";
        HttpResponse<String> answer = post("/api/publish", type, body);
        assertThat(answer.body()).contains("\"offset\":1");
        assertThat(history()).contains(data);
        assertThat(post("/api/publish", type, "x".repeat(70_000)).statusCode()).isEqualTo(413);
    }

    @Test
    @DisplayName("[SA11] commands that follow one another are answered a line each, as older libraries want it")
    void lines() throws IOException, InterruptedException {
        String publish = "{\"method\":\"publish\",\"params\":{\"channel\":\"" + channel + "\",\"data\":";
        HttpResponse<String> answer = post(
                "/api",
                "application/json",
                publish + "1}}\n{\"id\":7,\"method\":\"PRESENCE_STATS\",\"params\":{\"channel\":\"" + channel
                        + "\"}}\n{\"method\":\"no_such\"}{\"id\":8,\"method\":\"publish\",\"params\":[]}" + publish
                        + "2}}");
        assertThat(answer.statusCode()).isEqualTo(200);
        String[] replies = answer.body().split("\n");
        assertThat(replies).hasSize(5);
        assertThat(replies[0]).startsWith("{\"result\":{\"offset\":1,\"epoch\":");
        assertThat(replies[1]).isEqualTo("{\"result\":{\"num_clients\":0,\"num_users\":0},\"id\":7}");
        assertThat(replies[2]).isEqualTo("{\"error\":{\"code\":104,\"message\":\"method not found\"}}");
        assertThat(replies[3]).startsWith("{\"error\":{\"code\":107,").endsWith("\"id\":8}");
        assertThat(replies[4]).startsWith("{\"result\":{\"offset\":2,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "{\"method\":\"info\"} no"})
    @DisplayName("[SA11] of commands among which one is no object, none is carried out")
    void malformed(String body) throws IOException, InterruptedException {
        String publish = "{\"method\":\"publish\",\"params\":{\"channel\":\"" + channel + "\",\"data\":1}}";
        HttpResponse<String> answer = post("/api", "application/json", body.isEmpty() ? body : publish + body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":107");
        assertThat(history()).contains("\"offset\":0");
    }

    @Test
    @DisplayName("[SA7] commands that follow one another want the key too")
    void keyless() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url("/api")))
                .header("X-API-Key", "other")
                .POST(BodyPublishers.ofString("{\"method\":\"info\"}"))
                .build();
        assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    }

    @Test
    @DisplayName("[PR20] numbers are heard with all the digits that they were published with")
    void numbers() throws IOException, InterruptedException {
        String numbers = "[0.1234567890123456789,10.00,1E+400,1E-7,12345678901234567890123]";
        post("/api/publish", "", "{\"channel\":\"" + channel + "\",\"data\":" + numbers + "}");
        try (StreamClient client = ServerApiTest.connect(node, "ann", channel)) {
            client.send("{\"id\":9,\"publish\":{\"channel\":\"" + channel + "\",\"data\":" + numbers + "}}");
            assertThat(client.reply(9).has("publish")).isTrue();
        }
        assertThat(history().split(java.util.regex.Pattern.quote("\"data\":" + numbers), -1))
                .hasSize(3);
    }
}
