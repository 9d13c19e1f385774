package io.jishi.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.accounts.AccountMessage.Login;
import io.jishi.accounts.AccountMessage.Refresh;
import io.jishi.accounts.AccountMessage.Register;
import io.jishi.core.Invalid;
import io.jishi.realtime.Json;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountMessageTest {
    @ParameterizedTest
    @ValueSource(strings = {"ab", "a.b-c_9", "集市", "李雷.2026", "x2345678901234567890123456789012"})
    @DisplayName("[AC7] names are 2 to 32 Chinese or English letters, digits, dots, hyphens and underscores")
    void names(String name) {
        assertThat(register(name, "correct horse").name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "x23456789012345678901234567890123",
                "a b",
                "a\\nb",
                "а.б",
                "ab\\u200b",
                "a@b",
                "<b>",
                "\\ud83d\\ude00x",
                "\\ud83dx",
                "ﷺﷺﷺﷺ"
            })
    @DisplayName("[AC7] other names are refused: look-alikes of other scripts, spaces, marks, wrong lengths")
    void badNames(String name) {
        assertThatThrownBy(() -> register(name, "correct horse"))
                .isInstanceOf(Invalid.class)
                .extracting(e -> ((Invalid) e).field())
                .isEqualTo("name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1234567", "long-name", "LONG-NAME"})
    @DisplayName("[AC6] a new password has 8 to 128 characters and is not the name")
    void badPasswords(String password) {
        assertThatThrownBy(() -> register("long-name", password))
                .isInstanceOf(Invalid.class)
                .extracting(e -> ((Invalid) e).field())
                .isEqualTo("password");
        assertThatThrownBy(() -> register("long-name", "x".repeat(129))).isInstanceOf(Invalid.class);
        assertThat(register("long-name", "密".repeat(128)).password()).hasSize(128);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":\"ab\"}",
                "{\"name\":\"ab\",\"password\":null}",
                "{\"name\":1,\"password\":\"x\"}",
                "{\"name\":\"ab\",\"password\":\"x\",\"roles\":[\"admin\"]}",
                "{\"name\":\"ab\",\"name\":\"cd\",\"password\":\"x\"}",
                "[]",
                "\"x\"",
                "null",
                "{",
                ""
            })
    @DisplayName("[AC6] a log-in of another shape is bad input")
    void badShapes(String json) {
        assertThatThrownBy(() -> Json.decode(Buffer.buffer(json), Login.class)).isInstanceOf(Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"refreshToken\":\"\"}", "{\"refreshToken\":\"!\"}", "{\"refreshToken\":null}", "7"})
    @DisplayName("[AC10] what has not the form of a refresh token is bad input")
    void badRefreshTokens(String json) {
        assertThatThrownBy(() -> Json.decode(Buffer.buffer(json), Refresh.class))
                .isInstanceOf(Invalid.class);
        String long64 = "{\"refreshToken\":\"" + "!".repeat(64) + "\"}";
        assertThatThrownBy(() -> Json.decode(Buffer.buffer(long64), Refresh.class))
                .isInstanceOf(Invalid.class);
    }

    private static Register register(String name, String password) {
        return Json.decode(
                Buffer.buffer("{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}"), Register.class);
    }
}
