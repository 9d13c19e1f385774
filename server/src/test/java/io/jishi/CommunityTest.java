package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.NewUser;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommunityTest {
    private final ShopWorld world = new ShopWorld();
    private final Caller host = person("host", Role.HOST);
    private final Caller viewer = person("viewer", Role.VIEWER);
    private final Caller staff = person("staff", Role.STAFF);

    @AfterAll
    void close() {
        world.close();
    }

    private Caller person(String name, Role role) {
        Outcome<User> made = world.shop
                .accounts
                .create(new NewUser(name, "password-of-" + name, name, List.of(role), "en"))
                .await();
        User user = ((Outcome.Done<User>) made).result();
        return new Caller(user.id().toString(), name, Set.of(role), "c", "en");
    }

    private Future<Methods.Answer> calling(Caller caller, String method, String params) {
        return world.methods.call(method, caller, Json.tree(Buffer.buffer(params)));
    }

    private JsonNode call(Caller caller, String method, String params) {
        return Json.tree(
                ((Methods.Answer.Result) calling(caller, method, params).await()).json());
    }

    private String refusal(Caller caller, String method, String params) {
        return ((Methods.Answer.Error) calling(caller, method, params).await()).message();
    }

    private static String of(Caller who) {
        return "{\"hostId\":\"" + who.user() + "\"}";
    }

    @Test
    @DisplayName("[CO1] who follows a host is counted once and knows since when, until the follow ends")
    void follow() {
        List<Future<Methods.Answer>> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Caller fan = new Caller(Id.of(1_000 + i % 10).toString(), "fan", Set.of(Role.VIEWER), "c", "en");
            all.add(calling(fan, "community.follow", of(host)));
        }
        Future.all(all).await();
        JsonNode first = call(viewer, "community.follow", of(host));
        assertThat(first.get("followers").asInt()).isEqualTo(11);
        JsonNode again = call(viewer, "community.follow", of(host));
        assertThat(again).isEqualTo(first);
        assertThat(call(Caller.guest("c"), "community.following", of(host))
                        .get("followers")
                        .asInt())
                .isEqualTo(11);
        for (int i = 0; i < 2; i++) {
            JsonNode gone = call(viewer, "community.unfollow", of(host));
            assertThat(gone.get("followers").asInt()).isEqualTo(10);
            assertThat(gone.has("since")).isFalse();
        }
        assertThat(refusal(viewer, "community.follow", of(viewer))).isEqualTo("host_not_found");
        assertThat(refusal(Caller.guest("c"), "community.follow", of(host))).isEqualTo("permission denied");
        Instant now = Instant.now().plusSeconds(1);
        Id<User> fan = Id.of(1_003);
        Id<User> none = Id.of(2_000);
        assertThat(world.shop
                        .community
                        .followers(host.userId(), List.of(fan, none), now)
                        .await())
                .containsExactly(fan);
        assertThat(world.shop
                        .community
                        .followers(host.userId(), List.of(fan, none), now.minusSeconds(60))
                        .await())
                .isEmpty();
    }

    @Test
    @DisplayName("[CO2] staff make somebody a member, of a tier, since a date that another tier leaves, and end it")
    void members() {
        String person = "{\"userId\":\"" + viewer.user() + "\"";
        assertThat(call(viewer, "community.me", "{}").has("tier")).isFalse();
        assertThat(refusal(host, "community.set_member", person + ",\"tier\":1}"))
                .isEqualTo("permission denied");
        JsonNode made = call(staff, "community.set_member", person + ",\"tier\":1}");
        JsonNode better = call(staff, "community.set_member", person + ",\"tier\":3}");
        assertThat(better.get("tier").asInt()).isEqualTo(3);
        assertThat(better.get("since")).isEqualTo(made.get("since"));
        assertThat(call(viewer, "community.me", "{}")).isEqualTo(better);
        assertThat(world.shop
                        .community
                        .members(List.of(viewer.userId(), host.userId()))
                        .await())
                .containsExactly(viewer.userId());
        assertThat(call(staff, "community.set_member", person + "}").has("tier"))
                .isFalse();
        assertThat(world.shop.community.members(List.of(viewer.userId())).await())
                .isEmpty();
        assertThat(refusal(staff, "community.set_member", "{\"userId\":\"0000000000000\",\"tier\":1}"))
                .isEqualTo("person_not_found");
        assertThat(refusal(staff, "community.set_member", person + ",\"tier\":10}"))
                .startsWith("bad request");
    }
}
