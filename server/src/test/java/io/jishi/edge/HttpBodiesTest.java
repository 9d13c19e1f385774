package io.jishi.edge;

import static io.jishi.edge.HttpAnswers.expect;
import static io.jishi.edge.HttpAnswers.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body of a request may be. */
class HttpBodiesTest {
    private static EdgeWorld world;

    @BeforeAll
    static void open() {
        world = new EdgeWorld();
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @Test
    @DisplayName("[HT2] every error is one JSON object with code, name, sentence and perhaps the field")
    void errorBody() {
        HttpResponse<String> wrong = world.post("/api/login", "{\"name\":\"nobody\",\"password\":\"x\"}");
        expect(wrong, 401, 1001, "wrong_credentials");
        assertThat(wrong.headers().firstValue("Content-Type")).contains("application/json; charset=utf-8");
        HttpResponse<String> missing = world.post("/api/login", "{\"name\":\"nobody\"}");
        expect(missing, 400, 107, "bad_request");
        assertThat(json(missing).at("/error/field").asText()).isEqualTo("password");
        assertThat(json(missing).at("/error/message").asText()).isEqualTo("The field password is required.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "7",
                "{\"name\":\"ab\",\"password\":\"x\",\"extra\":1}",
                "{\"name\":\"ab\",\"name\":\"ab\",\"password\":\"x\"}",
                "{\"name\":{\"a\":1},\"password\":\"x\"}",
                "{\"name\":\"ab\",\"password\":\"x\"}{}",
                "{\"name\":\"a\\u0000b\",\"password\":\"x\"}"
            })
    @DisplayName("[HT2] a body that is not of the route's shape is a bad request")
    void badBodies(String body) {
        expect(world.post("/api/login", body), 400, 107, "bad_request");
    }

    @Test
    @DisplayName("[HT2] a deeply nested body is a bad request")
    void nestedBody() {
        expect(world.post("/api/login", "{\"name\":" + "[".repeat(10_000)), 400, 107, "bad_request");
    }

    @Test
    @DisplayName("[HT3] a body beyond the limit is turned away, by its length or while it arrives")
    void longBodies() {
        String longBody = "{\"name\":\"" + "x".repeat(70_000) + "\"}";
        expect(world.post("/api/login", longBody), 413, 413, "too_large");
        HttpResponse<String> streamed = world.send(world.request("/api/login")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(longBody))));
        expect(streamed, 413, 413, "too_large");
    }

    @Test
    @DisplayName("[HT3] who still sends when its body is turned away gets to read the answer")
    void answerWhileSending() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", world.port)) {
            startBody(socket, 70_000);
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            // answered by now: a connection closed too early would be reset by the first half and known as such by the
            // second
            socket.getOutputStream().write(new byte[35_000]);
            socket.getOutputStream().write(new byte[35_000]);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("TTP/1.1 413").contains("connection: close", "too_large");
        }
    }

    @Test
    @DisplayName("[HT3] who sends without end is cut off")
    void endlessBody() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", world.port)) {
            startBody(socket, Long.MAX_VALUE);
            OutputStream out = socket.getOutputStream();
            assertThatThrownBy(() -> {
                        for (int sent = 0; sent < 64; sent++) {
                            out.write(new byte[LingeringClose.LINGER_BYTES_MAX]);
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    private void startBody(Socket socket, long length) throws IOException {
        socket.setSoTimeout(30_000);
        String head = "POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json; charset=gbk",
                "application/jsonp",
                "application/json-patch+json"
            })
    @DisplayName("[HT4] a body of another type than JSON in UTF-8 is turned away unread")
    void otherTypes(String type) {
        HttpResponse<String> answer = world.send(world.request("/api/login")
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{\"name\":\"nobody\",\"password\":\"x\"}")));
        expect(answer, 415, 415, "unsupported_media_type");
    }

    @Test
    @DisplayName("[HT4] JSON may name its encoding, and a body without a type is turned away")
    void types() {
        for (String type :
                List.of("application/json", "Application/JSON;charset=UTF-8", "application/json; charset=\"utf-8\"")) {
            HttpResponse<String> answer = world.send(
                    world.request("/api/logout").header("Content-Type", type).POST(BodyPublishers.ofString("{}")));
            expect(answer, 400, 107, "bad_request");
        }
        expect(
                world.send(world.request("/api/login").POST(BodyPublishers.ofString("{}"))),
                415,
                415,
                "unsupported_media_type");
    }
}
