package io.jishi.accounts;

import static io.jishi.accounts.AccountsWorld.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.AccountMessage.DeviceLogin;
import io.jishi.accounts.AccountMessage.LoggedIn;
import io.jishi.accounts.AccountMessage.Logout;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.realtime.Authenticator.Verdict;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.jishi.realtime.Methods.Answer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AccountsTest extends AccountsOnDatabase {
    @Test
    @DisplayName("[AC6] whoever registers is a viewer, is logged in at once and can log in again")
    void registers() {
        LoggedIn in = done(world.register("Lan.兰", "correct horse"));
        assertThat(in.user().name()).isEqualTo("lan.兰");
        assertThat(in.user().roles()).containsExactly(Role.VIEWER);
        assertThat(in.user().language()).isEqualTo("zh");
        assertThat(in.expiresInSeconds()).isEqualTo(900);
        Verdict.Bearer bearer = (Verdict.Bearer) world.tokens.verify(in.token(), "c");
        assertThat(bearer.caller().user()).isEqualTo(in.user().id().toString());
        assertThat(done(world.login("LAN.兰", "correct horse")).user()).isEqualTo(in.user());
    }

    @Test
    @DisplayName("[AC7] one name is one account, however it is written and however many ask for it at once")
    void oneName() {
        List<Future<Outcome<LoggedIn>>> asked = new ArrayList<>();
        for (String name : List.of("lan", "Lan", "LAN", "ｌａｎ", "lan")) {
            asked.add(world.accounts.register(
                    "10.0.0.1",
                    new AccountMessage.Register(
                            name, "correct horse", java.util.Optional.empty(), java.util.Optional.empty())));
        }
        List<Outcome<LoggedIn>> outcomes =
                asked.stream().map(future -> future.await()).toList();
        assertThat(outcomes.stream().filter(o -> o instanceof Outcome.Done)).hasSize(1);
        assertThat(outcomes)
                .filteredOn(o -> o instanceof Outcome.Refused)
                .containsOnly(Outcome.refused(AccountRefusal.NAME_TAKEN));
        assertThat(world.count("SELECT count(*) FROM account")).isEqualTo(1);
    }

    @Test
    @DisplayName("[AC8] a wrong password and an unknown name are refused alike, and cost a hash alike")
    void wrongPassword() {
        world.user("lan", Role.VIEWER);
        Outcome<LoggedIn> wrong = Outcome.refused(AccountRefusal.WRONG_CREDENTIALS);
        assertThat(world.login("lan", "lan-Password")).isEqualTo(wrong);
        double hashes = hashes();
        assertThat(world.login("nobody", "lan-password")).isEqualTo(wrong);
        assertThat(hashes() - hashes).isEqualTo(1);
        assertThat(world.count("SELECT count(*) FROM session")).isZero();
    }

    @Test
    @DisplayName("[AC9] passwords and secrets are stored as hashes only")
    void hashesOnly() {
        LoggedIn in = done(world.register("lan", "correct horse"));
        Device.Credentials device =
                world.database.transaction(world.accounts::createDevice).await();
        String stored = world.database
                .execute("SELECT row_to_json(a)::text || row_to_json(s)::text || row_to_json(d)::text"
                        + " FROM account a, session s, device d")
                .await()
                .iterator()
                .next()
                .getString(0);
        assertThat(stored).contains("$argon2id$v=19$").doesNotContain("correct horse");
        String refreshToken = in.refreshToken().orElseThrow();
        assertThat(stored).doesNotContain(refreshToken.substring(0, 20)).doesNotContain(device.secret());
        assertThat(in.toString() + device + new AccountMessage.Login("lan", "correct horse"))
                .doesNotContain(refreshToken)
                .doesNotContain(in.token())
                .doesNotContain(device.secret())
                .doesNotContain("correct horse");
    }

    @Test
    @DisplayName("[AC10] a refresh token is good once and brings the next")
    void rotates() {
        world.user("lan", Role.VIEWER, Role.HOST);
        String first = world.loggedIn("lan").refreshToken().orElseThrow();
        Set<String> seen = new HashSet<>(Set.of(first));
        String token = first;
        for (int i = 0; i < 5; i++) {
            LoggedIn next = done(world.refresh(token));
            assertThat(next.user().roles()).containsExactly(Role.VIEWER, Role.HOST);
            assertThat(world.tokens.verify(next.token(), "c")).isInstanceOf(Verdict.Bearer.class);
            token = next.refreshToken().orElseThrow();
            assertThat(seen.add(token)).isTrue();
        }
    }

    @Test
    @DisplayName("[AC11] a refresh token that comes back after its use ends its session, and no other")
    void reuse() {
        world.user("lan", Role.VIEWER);
        String other = world.loggedIn("lan").refreshToken().orElseThrow();
        String stolen = world.loggedIn("lan").refreshToken().orElseThrow();
        String owner = done(world.refresh(stolen)).refreshToken().orElseThrow();
        Outcome<LoggedIn> ended = Outcome.refused(AccountRefusal.SESSION_ENDED);
        assertThat(world.refresh(stolen)).isEqualTo(ended);
        assertThat(world.refresh(owner)).isEqualTo(ended);
        assertThat(world.refresh(other)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    @DisplayName("[AC11] of many who use one refresh token at once, one at the most gets a pair, and it is ended")
    void reuseAtOnce() {
        world.user("lan", Role.VIEWER);
        RefreshToken token =
                RefreshToken.parse(world.loggedIn("lan").refreshToken().orElseThrow());
        List<Outcome<LoggedIn>> outcomes = java.util.stream.IntStream.range(0, 8)
                .mapToObj(i -> world.accounts.refresh("10.0.0.1", new AccountMessage.Refresh(token)))
                .toList()
                .stream()
                .map(future -> future.await())
                .toList();
        List<LoggedIn> got = outcomes.stream()
                .filter(o -> o instanceof Outcome.Done)
                .map(AccountsWorld::done)
                .toList();
        assertThat(got).hasSize(1);
        assertThat(world.refresh(got.getFirst().refreshToken().orElseThrow()))
                .isEqualTo(Outcome.refused(AccountRefusal.SESSION_ENDED));
    }

    @Test
    @DisplayName("[AC12] a session ends by logging out, by age, or when its account has fifty newer ones")
    void ends() {
        world.user("lan", Role.VIEWER);
        String out = world.loggedIn("lan").refreshToken().orElseThrow();
        world.accounts.logout(new Logout(RefreshToken.parse(out))).await();
        world.accounts.logout(new Logout(RefreshToken.parse(out))).await();
        Outcome<LoggedIn> ended = Outcome.refused(AccountRefusal.SESSION_ENDED);
        assertThat(world.refresh(out)).isEqualTo(ended);

        String old = world.loggedIn("lan").refreshToken().orElseThrow();
        world.now.set(world.now.get().plus(Duration.ofDays(30)).minusMillis(1));
        old = done(world.refresh(old)).refreshToken().orElseThrow();
        world.now.set(world.now.get().plus(Duration.ofDays(30)));
        assertThat(world.refresh(old)).isEqualTo(ended);

        String first = world.loggedIn("lan").refreshToken().orElseThrow();
        String second = world.loggedIn("lan").refreshToken().orElseThrow();
        for (int i = 0; i < 49; i++) {
            world.now.set(world.now.get().plusSeconds(1));
            world.loggedIn("lan");
        }
        assertThat(world.refresh(first)).isEqualTo(ended);
        assertThat(world.refresh(second)).isInstanceOf(Outcome.Done.class);
        assertThat(world.count("SELECT count(*) FROM session")).isEqualTo(50);
    }

    @Test
    @DisplayName("[AC12] sessions whose time is over are forgotten")
    void forgotten() {
        world.user("lan", Role.VIEWER);
        world.loggedIn("lan");
        world.now.set(world.now.get().plus(Duration.ofDays(29)));
        world.loggedIn("lan");
        world.now.set(world.now.get().plus(Duration.ofDays(1)));
        Sessions sessions = new Sessions(
                vertx,
                new SessionStore(world.database),
                world.tokens,
                new AttemptLimits(world.clock, world.settings, world.meters),
                world.clock,
                new java.security.SecureRandom(),
                world.settings);
        assertThat(sessions.forgetExpired().await()).isEqualTo(1);
        assertThat(world.count("SELECT count(*) FROM session")).isEqualTo(1);
    }

    @Test
    @DisplayName("[AC16] a device logs in with its own secret and is a device and nothing else")
    void device() {
        Device.Credentials lock =
                world.database.transaction(world.accounts::createDevice).await();
        LoggedIn in = done(deviceLogin(lock.device(), lock.secret()));
        assertThat(in.refreshToken()).isEmpty();
        Verdict.Bearer bearer = (Verdict.Bearer) world.tokens.verify(in.token(), "c");
        assertThat(bearer.caller().roles()).containsExactly(Role.DEVICE);
        assertThat(bearer.caller().user()).isEqualTo(lock.device().toString());
        Outcome<LoggedIn> wrong = Outcome.refused(AccountRefusal.WRONG_CREDENTIALS);
        assertThat(deviceLogin(lock.device(), lock.secret() + "x")).isEqualTo(wrong);
        assertThat(deviceLogin(Id.of(1), lock.secret())).isEqualTo(wrong);
    }

    @Test
    @DisplayName("[AC16] a device whose transaction is rolled back has no credentials")
    void deviceRolledBack() {
        assertThatThrownBy(() -> world.database
                        .transaction(transaction -> world.accounts
                                .createDevice(transaction)
                                .compose(made -> Future.failedFuture("no shelf after all")))
                        .await())
                .isNotNull();
        assertThat(world.count("SELECT count(*) FROM device")).isZero();
    }

    @Test
    @DisplayName("[AC17] an administrator sets roles; tokens tell them from the next refresh on")
    void grants() {
        User admin = world.user("root", Role.VIEWER, Role.ADMIN);
        User lan = world.user("lan", Role.VIEWER);
        String session = world.loggedIn("lan").refreshToken().orElseThrow();
        JsonNode granted = result(call(
                admin,
                "accounts.grant",
                "{\"userId\":\"" + lan.id() + "\",\"roles\":[\"courier\",\"viewer\",\"viewer\"]}"));
        assertThat(granted.get("roles").toString()).isEqualTo("[\"viewer\",\"courier\"]");
        LoggedIn next = done(world.refresh(session));
        Verdict.Bearer bearer = (Verdict.Bearer) world.tokens.verify(next.token(), "c");
        assertThat(bearer.caller().roles()).containsExactlyInAnyOrder(Role.VIEWER, Role.COURIER);
    }

    @Test
    @DisplayName(
            "[AC17] only an administrator grants, only known roles of people, and never takes the own role of admin")
    void grantRefusals() {
        User admin = world.user("root", Role.VIEWER, Role.ADMIN);
        User lan = world.user("lan", Role.VIEWER);
        String toLan = "{\"userId\":\"" + lan.id() + "\",\"roles\":[%s]}";
        assertThat(error(call(lan, "accounts.grant", toLan.formatted("\"admin\""))))
                .isEqualTo(103);
        for (String role : List.of("\"device\"", "\"guest\"", "\"root\"", "\"ADMIN\"", "6", "null", "{}")) {
            assertThat(error(call(admin, "accounts.grant", toLan.formatted(role))))
                    .as(role)
                    .isEqualTo(107);
        }
        assertThat(error(call(admin, "accounts.grant", "{\"userId\":\"0000000000001\",\"roles\":[]}")))
                .isEqualTo(AccountRefusal.UNKNOWN_USER.code());
        assertThat(error(call(admin, "accounts.grant", "{\"userId\":\"" + admin.id() + "\",\"roles\":[\"viewer\"]}")))
                .isEqualTo(AccountRefusal.OWN_ADMIN.code());
        assertThat(world.loggedIn("lan").user().roles()).containsExactly(Role.VIEWER);
        assertThat(world.loggedIn("root").user().roles()).contains(Role.ADMIN);
    }

    @Test
    @DisplayName("[AC18] somebody sees and changes the own display name and language")
    void me() {
        User lan = world.user("lan", Role.VIEWER);
        JsonNode me = result(call(lan, "accounts.me", "{}"));
        assertThat(me.toString())
                .isEqualTo("{\"id\":\"" + lan.id()
                        + "\",\"name\":\"lan\",\"displayName\":\"lan\",\"roles\":[\"viewer\"],\"language\":\"zh\"}");
        assertThat(result(call(lan, "accounts.update", "{\"displayName\":\"兰兰\"}"))
                        .get("displayName")
                        .asText())
                .isEqualTo("兰兰");
        JsonNode updated = result(call(lan, "accounts.update", "{\"language\":\"en\"}"));
        assertThat(updated.get("displayName").asText()).isEqualTo("兰兰");
        assertThat(updated.get("language").asText()).isEqualTo("en");
        assertThat(world.accounts.displayName(lan.id()).await()).contains("兰兰");
        assertThat(world.accounts.displayName(Id.of(1)).await()).isEmpty();
        for (String bad : List.of("{\"language\":\"fr\"}", "{\"displayName\":\"\"}", "{\"roles\":[]}", "[]")) {
            assertThat(error(call(lan, "accounts.update", bad))).as(bad).isEqualTo(107);
        }
    }

    @Test
    @DisplayName("[AC18] a device asks who it is")
    void deviceMe() {
        Caller device = new Caller(Id.of(9).toString(), "", Set.of(Role.DEVICE), "c", "zh");
        assertThat(result(methods().call("accounts.me", device, null))
                        .get("roles")
                        .toString())
                .isEqualTo("[\"device\"]");
    }

    @Test
    @DisplayName("[AC19] the configured first administrator is made once and not changed by later starts")
    void firstAdministrator() {
        Settings settings = Settings.defaults()
                .with(AccountSettings.FIRST_ADMIN_NAME, "Boss")
                .with(AccountSettings.FIRST_ADMIN_PASSWORD, "long enough");
        world.make(AccountsWorld.CHEAP, settings).start().await();
        assertThat(done(world.login("boss", "long enough")).user().roles()).contains(Role.ADMIN);
        world.make(AccountsWorld.CHEAP, settings.with(AccountSettings.FIRST_ADMIN_PASSWORD, "another one"))
                .start()
                .await();
        assertThat(world.login("boss", "long enough")).isInstanceOf(Outcome.Done.class);
        assertThat(world.login("boss", "another one")).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    @DisplayName("[AC19] a first administrator without a proper password stops the start")
    void firstAdministratorWithoutPassword() {
        Settings settings = Settings.defaults().with(AccountSettings.FIRST_ADMIN_NAME, "boss");
        assertThatThrownBy(
                        () -> world.make(AccountsWorld.CHEAP, settings).start().await())
                .hasMessageContaining("accounts.first-admin-password");
    }

    private Outcome<LoggedIn> deviceLogin(Id<Device> device, String secret) {
        return world.accounts.login("10.0.0.1", new DeviceLogin(device, secret)).await();
    }

    private Future<Answer> call(User user, String method, String params) {
        Caller caller =
                new Caller(user.id().toString(), user.displayName(), Set.copyOf(user.roles()), "c", user.language());
        return methods().call(method, caller, Json.tree(Buffer.buffer(params)));
    }

    private Methods methods() {
        Methods methods = new Methods(Authorization.shipped());
        world.accounts.register(methods);
        return methods;
    }

    private static JsonNode result(Future<Answer> answer) {
        return Json.tree(((Answer.Result) answer.await()).json());
    }

    private static int error(Future<Answer> answer) {
        return ((Answer.Error) answer.await()).code();
    }

    private double hashes() {
        return world.meters.get("jishi.password.hash").timer().count();
    }
}
