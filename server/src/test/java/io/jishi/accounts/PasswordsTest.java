package io.jishi.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private final Passwords passwords = new Passwords(AccountsWorld.CHEAP, new SecureRandom());

    /** Made by the reference implementation's command line: {@code echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1}. */
    private static final String REFERENCE =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    @Test
    @DisplayName("[AC9] hashes are those of the reference implementation of Argon2id")
    void reference() {
        assertThat(passwords.matches("password", REFERENCE)).isTrue();
        assertThat(passwords.matches("Password", REFERENCE)).isFalse();
        assertThat(passwords.outdated(REFERENCE)).isTrue();
    }

    @Test
    @DisplayName("[AC9] the same password has another hash each time, and all of them match")
    void salted() {
        String one = passwords.hash("correct horse");
        String two = passwords.hash("correct horse");
        assertThat(one).isNotEqualTo(two);
        assertThat(passwords.matches("correct horse", one)).isTrue();
        assertThat(passwords.matches("correct horse", two)).isTrue();
        assertThat(passwords.matches("correct hors", two)).isFalse();
        assertThat(passwords.outdated(one)).isFalse();
    }

    @Test
    @DisplayName("[AC9] the recommended cost is at least that of the OWASP cheat sheet")
    void recommended() {
        assertThat(Passwords.Cost.RECOMMENDED.memoryKibibytes()).isGreaterThanOrEqualTo(19 * 1024);
        assertThat(Passwords.Cost.RECOMMENDED.iterations()).isGreaterThanOrEqualTo(2);
    }

    @Test
    @DisplayName("[AC9] a password is the same in every Unicode form that a keyboard sends")
    void unicode() {
        String hash = passwords.hash("café，密码");
        assertThat(passwords.matches("cafe\u0301，密码", hash)).isTrue();
    }

    @Test
    @DisplayName("[AC8] the hash that stands in for an unknown name matches nothing")
    void unmatchable() {
        String hash = passwords.unmatchable();
        assertThat(passwords.matches("", hash)).isFalse();
        assertThat(passwords.matches("nobody", hash)).isFalse();
        assertThat(passwords.outdated(hash)).isFalse();
    }

    @Test
    @DisplayName("[AC9] a stored hash of an unknown form is a fault, not a wrong password")
    void unknownForm() {
        assertThatThrownBy(() -> passwords.matches("x", "plain")).isInstanceOf(IllegalStateException.class);
    }
}
