package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Methods;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Walks the authorisation table: every method and channel operation, as every role. Routes are walked at the HTTP edge. */
class AuthorizationTest {
    private static final int PERMISSION_DENIED = 103;
    private static ShopWorld world;

    @BeforeAll
    static void open() {
        world = new ShopWorld();
    }

    @AfterAll
    static void close() {
        world.close();
    }

    private static Caller as(Role role) {
        return new Caller(role == Role.GUEST ? "" : Id.of(77).toString(), "somebody", Set.of(role), "c", "en");
    }

    private static Map<String, Set<Role>> rows(String kind) {
        return world.authorization.rows().entrySet().stream()
                .filter(row -> row.getKey().startsWith(kind + " "))
                .collect(Collectors.toMap(row -> row.getKey().substring(kind.length() + 1), Map.Entry::getValue));
    }

    @Test
    @DisplayName("[AU1] each method answers the roles of its row and tells the others permission denied")
    void methods() {
        rows("rpc").forEach((method, allowed) -> {
            for (Role role : Role.values()) {
                Methods.Answer answer =
                        world.methods.call(method, as(role), null).await();
                boolean denied = answer instanceof Methods.Answer.Error error && error.code() == PERMISSION_DENIED;
                assertThat(denied).as(method + " as " + role).isEqualTo(!allowed.contains(role));
                boolean fault = answer instanceof Methods.Answer.Error error && error.code() == 100;
                assertThat(fault)
                        .as(method + " as " + role + " must not be a fault")
                        .isFalse();
            }
        });
    }

    @Test
    @DisplayName("[AU2] the table and the declared methods name the same methods")
    void complete() {
        Set<String> declared = new TreeSet<>();
        world.methods.declared().forEach(method -> declared.add(method.name()));
        assertThat(declared).isEqualTo(new TreeSet<>(rows("rpc").keySet()));
    }

    @Test
    @DisplayName("[AU3] each channel operation is open to the roles of its row alone")
    void channels() {
        for (String operation : Set.of("subscribe", "publish", "presence", "history")) {
            rows(operation).forEach((namespace, allowed) -> {
                for (Role role : Role.values()) {
                    assertThat(world.authorization.mayUse(as(role), operation, new ChannelName(namespace + ":1")))
                            .as(operation + " " + namespace + " as " + role)
                            .isEqualTo(allowed.contains(role));
                }
            });
        }
    }

    @Test
    @DisplayName("[AU4] what has no row in the table nobody may do")
    void unknown() {
        Authorization table = world.authorization;
        for (Role role : Role.values()) {
            assertThat(table.allows(Set.of(role), "rpc no.such")).isFalse();
            assertThat(table.mayUse(as(role), "subscribe", new ChannelName("nothing:1")))
                    .isFalse();
        }
    }
}
