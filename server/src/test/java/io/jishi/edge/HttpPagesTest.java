package io.jishi.edge;

import static io.jishi.edge.HttpAnswers.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.core.Settings;
import io.jishi.realtime.Authorization;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages that are served, and who of other origins may read. */
class HttpPagesTest {
    private static EdgeWorld world;

    @BeforeAll
    static void open() {
        world = new EdgeWorld();
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/rooms/0abc", "/ops", "/登录", "/healthy"})
    @DisplayName("[HT10] a path without a dot is a page of the client, which is asked for anew each time")
    void pages(String path) {
        String encoded = path.equals("/登录") ? "/%E7%99%BB%E5%BD%95" : path;
        HttpResponse<String> page = world.get(encoded);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<title>集市</title>");
        assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
        HttpResponse<String> same = world.get(encoded, "If-None-Match", header(page, "ETag"));
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
    }

    @Test
    @DisplayName("[HT10] files named by their content are kept for good, others are asked for anew")
    void files() {
        HttpResponse<String> script = world.get("/assets/index-AbCd1234.js");
        assertThat(script.body()).isEqualTo("console.log(\"hi\");\n");
        assertThat(header(script, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(header(script, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        HttpResponse<String> icon = world.get("/icon.svg");
        assertThat(header(icon, "Content-Type")).isEqualTo("image/svg+xml");
        assertThat(header(icon, "Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    @DisplayName("[HT10] HEAD answers as GET does, without the body")
    void head() {
        for (String path : List.of("/", "/icon.svg", "/health/live", "/openapi.yaml")) {
            HttpResponse<String> head = world.send(world.request(path).method("HEAD", BodyPublishers.noBody()));
            HttpResponse<String> get = world.get(path);
            assertThat(head.statusCode()).as(path).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(header(head, "Content-Length")).isEqualTo(header(get, "Content-Length"));
            assertThat(header(head, "Content-Type")).isEqualTo(header(get, "Content-Type"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../logback.xml",
                "/assets/../../authorization.csv",
                "/%2e%2e/authorization.csv",
                "/..%2fauthorization.csv",
                "/..%5cauthorization.csv",
                "/assets/..%252f..%252fauthorization.csv",
                "//authorization.csv",
                "/./../authorization.csv",
                "/authorization.csv%00.svg",
                "/%",
                "/%zz",
                "/%c0%ae%c0%ae/authorization.csv",
                "http://127.0.0.1/../authorization.csv",
                "*",
                "authorization.csv"
            })
    @DisplayName(
            "[HT11] a hostile path reaches nothing but what the client's build holds, and ends in an ordinary error")
    void hostilePaths(String path) {
        String answer = world.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1.1 (400|404) .*").doesNotContain("rpc accounts.me");
        assertThat(answer).contains("\"error\"");
    }

    @Test
    @DisplayName("[HT13] without configuration no other origin may read answers; a configured one may, and no other")
    void crossOrigin() {
        HttpResponse<String> closed = world.get("/health/live", "Origin", "https://shop.example");
        assertThat(closed.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        Settings settings =
                Settings.defaults().with(HttpSettings.ALLOWED_ORIGINS, "https://shop.example, http://localhost:5173");
        try (EdgeWorld open = new EdgeWorld(settings, Authorization.shipped(), edge -> {})) {
            HttpResponse<String> let = open.post("/api/login", "{}", "Origin", "https://shop.example");
            assertThat(let.statusCode()).isEqualTo(400);
            assertThat(header(let, "Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
            assertThat(let.headers().firstValue("Access-Control-Allow-Credentials"))
                    .isEmpty();
            HttpResponse<String> preflight = open.send(open.request("/api/login")
                    .headers("Origin", "http://localhost:5173", "Access-Control-Request-Method", "POST")
                    .method("OPTIONS", BodyPublishers.noBody()));
            assertThat(preflight.statusCode()).isEqualTo(204);
            assertThat(header(preflight, "Access-Control-Allow-Headers")).contains("Content-Type");
            for (String origin :
                    List.of("https://shop.example.evil", "https://evil", "null", "https://shop.example:444")) {
                HttpResponse<String> kept = open.post("/api/login", "{}", "Origin", origin);
                assertThat(kept.headers().firstValue("Access-Control-Allow-Origin"))
                        .as(origin)
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "shop.example", "https://shop.example/", "https://", "https://a b"})
    @DisplayName("[HT13] an allowed origin that is none stops the start")
    void badOrigins(String origin) {
        Settings settings = Settings.defaults().with(HttpSettings.ALLOWED_ORIGINS, origin);
        assertThatThrownBy(() -> HttpSettings.allowedOrigins(settings)).hasMessageContaining("http.allowed-origins");
    }
}
