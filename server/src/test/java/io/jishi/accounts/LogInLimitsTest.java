package io.jishi.accounts;

import static io.jishi.accounts.AccountsWorld.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.accounts.AccountMessage.DeviceLogin;
import io.jishi.accounts.AccountMessage.LoggedIn;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LogInLimitsTest extends AccountsOnDatabase {
    @Test
    @DisplayName("[AC13] too many wrong passwords for a name close it for a while, also to the right one, and only it")
    void limitOfName() {
        world.user("lan", Role.VIEWER);
        world.user("hua", Role.VIEWER);
        for (int i = 0; i < 10; i++) {
            assertThat(world.login("10.0.0." + i, "lan", "wrong"))
                    .isEqualTo(Outcome.refused(AccountRefusal.WRONG_CREDENTIALS));
        }
        assertThat(world.login("10.0.1.1", "lan", "lan-password"))
                .isEqualTo(Outcome.refused(AccountRefusal.TOO_MANY_ATTEMPTS));
        assertThat(world.login("10.0.1.1", "hua", "hua-password")).isInstanceOf(Outcome.Done.class);
        world.now.set(world.now.get().plusSeconds(30));
        assertThat(world.login("10.0.1.1", "lan", "lan-password")).isInstanceOf(Outcome.Done.class);
    }

    @Test
    @DisplayName("[AC13] guesses that are sent at once are counted before they are answered")
    void limitAtOnce() {
        world.user("lan", Role.VIEWER);
        List<Future<Outcome<LoggedIn>>> guesses = java.util.stream.IntStream.range(0, 30)
                .mapToObj(i -> world.accounts.login("10.0.0.1", new AccountMessage.Login("lan", "guess" + i)))
                .toList();
        assertThat(guesses.stream().map(future -> future.await()))
                .filteredOn(o -> o.equals(Outcome.refused(AccountRefusal.WRONG_CREDENTIALS)))
                .hasSize(10);
    }

    @Test
    @DisplayName("[AC13] right passwords use nothing up")
    void rightPasswordsAreFree() {
        world.user("lan", Role.VIEWER);
        for (int i = 0; i < 150; i++) {
            assertThat(world.login("lan", "lan-password")).isInstanceOf(Outcome.Done.class);
        }
    }

    @Test
    @DisplayName("[AC13] an address has a limit of failures over all names, refresh tokens and devices")
    void limitOfAddress() {
        world.user("lan", Role.VIEWER);
        RefreshToken unknown = RefreshToken.random(new java.security.SecureRandom());
        for (int i = 0; i < 100; i++) {
            switch (i % 3) {
                case 0 -> world.login("name" + i, "wrong");
                case 1 ->
                    world.accounts
                            .refresh("10.0.0.1", new AccountMessage.Refresh(unknown))
                            .await();
                default ->
                    world.accounts
                            .login("10.0.0.1", new DeviceLogin(Id.of(i), "wrong"))
                            .await();
            }
        }
        Outcome<LoggedIn> limited = Outcome.refused(AccountRefusal.TOO_MANY_ATTEMPTS);
        assertThat(world.login("lan", "lan-password")).isEqualTo(limited);
        assertThat(world.refresh(unknown.text())).isEqualTo(limited);
        assertThat(world.accounts
                        .login("10.0.0.1", new DeviceLogin(Id.of(7), "wrong"))
                        .await())
                .isEqualTo(limited);
        assertThat(world.login("10.0.0.2", "lan", "lan-password")).isInstanceOf(Outcome.Done.class);
    }

    @Test
    @DisplayName("[AC13] an address opens a limited number of accounts in an hour")
    void limitOfRegistrations() {
        for (int i = 0; i < 50; i++) {
            done(world.register("name" + i, "correct horse"));
        }
        assertThat(world.register("one-more", "correct horse"))
                .isEqualTo(Outcome.refused(AccountRefusal.TOO_MANY_ATTEMPTS));
        world.now.set(world.now.get().plusSeconds(72));
        done(world.register("one-more", "correct horse"));
    }

    @Test
    @DisplayName("[AC13] a fault of the database uses up nobody's attempts")
    void faultsAreFree() {
        world.user("lan", Role.VIEWER);
        world.database.execute("ALTER TABLE account RENAME TO gone").await();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> world.login("lan", "lan-password")).isNotNull();
        }
        world.database.execute("ALTER TABLE gone RENAME TO account").await();
        assertThat(world.login("lan", "lan-password")).isInstanceOf(Outcome.Done.class);
    }

    @Test
    @DisplayName("[AC14] log-ins beyond the queue of the password threads are refused as busy, and nothing else waits")
    void busy() {
        Accounts slow =
                world.make(Passwords.Cost.RECOMMENDED, Settings.defaults().with(AccountSettings.PASSWORD_QUEUE_MAX, 2));
        List<Future<Outcome<LoggedIn>>> asked = java.util.stream.IntStream.range(0, 40)
                .mapToObj(i -> slow.login("10.0.0.1", new AccountMessage.Login("name" + i, "wrong")))
                .toList();
        List<Outcome<LoggedIn>> outcomes =
                asked.stream().map(future -> future.await()).toList();
        assertThat(outcomes).contains(Outcome.refused(AccountRefusal.BUSY));
        assertThat(outcomes).contains(Outcome.refused(AccountRefusal.WRONG_CREDENTIALS));
        assertThat(slow.login("10.0.0.1", new AccountMessage.Login("name", "wrong"))
                        .await())
                .isEqualTo(Outcome.refused(AccountRefusal.WRONG_CREDENTIALS));
        slow.stop().await();
    }

    @Test
    @DisplayName("[AC15] a hash of another cost is made anew at the next log-in")
    void rehash() {
        world.user("lan", Role.VIEWER);
        Accounts dearer = world.make(new Passwords.Cost(128, 2, 1), world.settings);
        done(dearer.login("10.0.0.1", new AccountMessage.Login("lan", "lan-password"))
                .await());
        assertThat(world.count("SELECT count(*) FROM account WHERE password_hash LIKE '%m=128,t=2,p=1%'"))
                .isEqualTo(1);
        assertThat(world.login("lan", "lan-password")).isInstanceOf(Outcome.Done.class);
        dearer.stop().await();
    }
}
