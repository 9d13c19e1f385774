package io.jishi.edge;

import static io.jishi.edge.HttpAnswers.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Method;
import io.jishi.realtime.TestAuthorization;
import io.vertx.core.Future;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which routes there are, and for whom. */
class HttpRoutesTest {
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
    @DisplayName("[HT5] an unknown path is 404, and another method on a known one 405 that names the right ones")
    void unknown() {
        expect(world.get("/api"), 405, 405, "method_not_allowed");
        expect(world.get("/api/nothing"), 404, 404, "not_found");
        expect(world.post("/api/nothing", "{}"), 404, 404, "not_found");
        expect(world.post("/nothing", "{}"), 404, 404, "not_found");
        expect(world.get("/health/other"), 404, 404, "not_found");
        expect(world.get("/nothing.js"), 404, 404, "not_found");
        HttpResponse<String> get = world.get("/api/login");
        expect(get, 405, 405, "method_not_allowed");
        assertThat(get.headers().firstValue("Allow")).contains("POST");
        HttpResponse<String> delete = world.send(world.request("/health/live").DELETE());
        expect(delete, 405, 405, "method_not_allowed");
        assertThat(delete.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    @DisplayName(
            "[HT6] every route of the authorisation table is served or unknown for everybody alike, and lets in whom it says")
    void everyRouteForEveryRole() {
        Authorization table = Authorization.shipped();
        List<String> rows = table.rows().keySet().stream()
                .filter(row -> row.startsWith("route "))
                .toList();
        assertThat(rows).hasSizeGreaterThan(10);
        Set<String> served = world.edge.rows();
        assertThat(rows).containsAll(served);
        for (String row : rows) {
            for (Role role : Role.values()) {
                int status = status(world, row, role);
                boolean turnedAway = status == 401 || status == 403;
                assertThat(turnedAway)
                        .as(row + " as " + role)
                        .isEqualTo(!table.rows().get(row).contains(role));
            }
        }
    }

    @Test
    @DisplayName("[HT6] a route that the table closes to a role turns it away: a guest to log in, others for good")
    void closedRoutes() {
        List<String> lines = new ArrayList<>();
        lines.add("what,guest,viewer,host,courier,operator,staff,admin,device");
        Authorization.shipped().rows().keySet().forEach(row -> lines.add(row + ",-,-,-,-,-,-,y,-"));
        try (EdgeWorld closed =
                new EdgeWorld(Settings.defaults(), TestAuthorization.of(lines.toArray(String[]::new)), edge -> {})) {
            for (String row : closed.edge.rows()) {
                assertThat(status(closed, row, Role.GUEST)).as(row).isEqualTo(401);
                for (Role role : Role.values()) {
                    int expected = role == Role.GUEST ? 401 : 403;
                    if (role != Role.ADMIN) {
                        assertThat(status(closed, row, role))
                                .as(row + " as " + role)
                                .isEqualTo(expected);
                    }
                }
                assertThat(status(closed, row, Role.ADMIN)).as(row).isNotIn(401, 403);
            }
            String path = "/health/live";
            String token = token(closed, Role.ADMIN);
            expect(closed.get(path, "Authorization", "Bearer " + token + "x"), 401, 101, "unauthorized");
            expect(closed.get(path, "Authorization", "Basic " + token), 401, 101, "unauthorized");
            assertThat(closed.get(path, "Authorization", "bearer " + token).statusCode())
                    .isEqualTo(200);
            closed.accounts.now.set(closed.accounts.now.get().plus(Duration.ofHours(1)));
            expect(closed.get(path, "Authorization", "Bearer " + token), 401, 109, "token_expired");
        }
    }

    @Test
    @DisplayName("[HT6] a route without a row in the table, or declared twice, stops the start")
    void routesWithoutRow() {
        HttpEdge edge = new HttpEdge(
                world.vertx,
                Settings.defaults(),
                Authorization.shipped(),
                world.accounts.tokens,
                world.metrics.registry());
        Route<Method.Nothing, Method.Nothing> unknown =
                Route.post("/api/unknown", Method.Nothing.class, Method.Nothing.class, "Not in the table.");
        assertThatThrownBy(() -> edge.add(unknown, request -> Future.succeededFuture()))
                .hasMessageContaining("route POST /api/unknown");
        AccountRoutes.add(edge, world.accounts.accounts);
        assertThatThrownBy(() -> AccountRoutes.add(edge, world.accounts.accounts))
                .hasMessageContaining("declared twice");
    }

    private static int status(EdgeWorld world, String row, Role role) {
        String[] parts = row.split(" ");
        var request = world.request(parts[2])
                .method(parts[1], parts[1].equals("POST") ? BodyPublishers.ofString("[]") : BodyPublishers.noBody());
        if (parts[1].equals("POST")) {
            request.header("Content-Type", "application/json");
        }
        if (role != Role.GUEST) {
            request.header("Authorization", "Bearer " + token(world, role));
        }
        return world.send(request).statusCode();
    }

    private static String token(EdgeWorld world, Role role) {
        return world.accounts.token(Id.of(7), role);
    }
}
