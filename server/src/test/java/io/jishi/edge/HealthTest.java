package io.jishi.edge;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.cluster.ClusterSettings;
import io.jishi.core.Settings;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Json;
import io.vertx.core.buffer.Buffer;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HealthTest {
    private EdgeWorld world;

    @BeforeEach
    void open() {
        world = new EdgeWorld(
                Settings.defaults().with(ClusterSettings.SIZE_MIN, 2), Authorization.shipped(), edge -> {});
        world.members.set(Set.of("self", "other"));
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    @DisplayName("[HT14] a node is ready while database, schema and cluster are as they should be")
    void ready() {
        HttpResponse<String> answer = world.get("/health/ready");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"ready\":true,\"draining\":false,\"database\":{\"ok\":true},\"migrations\":{\"ok\":true},"
                        + "\"cluster\":{\"ok\":true,\"members\":2,\"membersMin\":2}}");
    }

    @Test
    @DisplayName("[HT14] a node of too small a cluster is not ready, and is again when the cluster has grown")
    void smallCluster() {
        world.members.set(Set.of("self"));
        assertThat(notReady().at("/cluster/members").asInt()).isEqualTo(1);
        world.members.set(Set.of("self", "other", "third"));
        assertThat(world.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("[HT14] a node whose database is gone is not ready but alive, and recovers with it")
    void databaseDown() {
        String url = world.accounts.testDatabase.url();
        String name = url.substring(url.lastIndexOf('/') + 1);
        world.accounts.testDatabase.refuseConnections(true);
        await().atMost(20, SECONDS)
                .untilAsserted(() -> assertThat(notReady().at("/database/ok").asBoolean(true))
                        .isFalse());
        assertThat(world.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(world.get("/health/ready").body()).doesNotContain(name).doesNotContain("postgres");
        world.accounts.testDatabase.refuseConnections(false);
        await().atMost(20, SECONDS).until(() -> world.get("/health/ready").statusCode() == 200);
    }

    @Test
    @DisplayName("[HT14] a node whose database hangs says within seconds that it is not ready")
    void databaseHangs() {
        var blocking = world.accounts.database.pool().getConnection().await();
        var lock = blocking.begin().await();
        blocking.query("LOCK TABLE flyway_schema_history IN ACCESS EXCLUSIVE MODE")
                .execute()
                .await();
        await().atMost(20, SECONDS)
                .untilAsserted(() -> assertThat(notReady().at("/database/ok").asBoolean(true))
                        .isFalse());
        lock.rollback().await();
        blocking.close().await();
        await().atMost(20, SECONDS).until(() -> world.get("/health/ready").statusCode() == 200);
    }

    @Test
    @DisplayName("[HT14] a node whose schema lacks a shipped migration is not ready")
    void oldSchema() {
        world.accounts
                .database
                .execute("DELETE FROM flyway_schema_history WHERE version = '010'")
                .await();
        await().atMost(20, SECONDS).untilAsserted(() -> {
            JsonNode report = notReady();
            assertThat(report.at("/database/ok").asBoolean()).isTrue();
            assertThat(report.at("/migrations/ok").asBoolean(true)).isFalse();
        });
    }

    @Test
    @DisplayName("[HT14] a node that drains is alive but not ready")
    void draining() {
        assertThat(world.get("/health/ready").statusCode()).isEqualTo(200);
        world.health.drain();
        assertThat(notReady().at("/draining").asBoolean()).isTrue();
        assertThat(world.get("/health/live").statusCode()).isEqualTo(200);
    }

    private JsonNode notReady() {
        HttpResponse<String> answer = world.get("/health/ready");
        assertThat(answer.statusCode()).isEqualTo(503);
        JsonNode report = Json.tree(Buffer.buffer(answer.body()));
        assertThat(report.at("/ready").asBoolean(true)).isFalse();
        return report;
    }
}
