package io.jishi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckTest {
    @ParameterizedTest
    @DisplayName("[HT26] a text that turns the direction of writing, or of which nothing is seen, is refused")
    @ValueSource(
            strings = {
                "admin\u202egnp",
                "\u202aa",
                "a\u2066b",
                "a\u2069",
                "a\u200e",
                "\u200fa",
                "\u061ca",
                "\u200b",
                "\u200b\u200d\u2060",
                "\u00a0\u00a0",
                "\u3164",
                "\u115f\u1160",
                "\uffa0",
                "\u2800",
                "\ufe0f",
                "\u034f",
                "\u00ad"
            })
    void unseen(String text) {
        assertThatThrownBy(() -> Check.text("displayName", text, 1, 20))
                .isInstanceOfSatisfying(
                        Invalid.class, invalid -> assertThat(invalid.field()).isEqualTo("displayName"));
    }

    @ParameterizedTest
    @DisplayName("[HT26] texts of all scripts, and emoji of several code points, are taken")
    @ValueSource(
            strings = {"小明", "José", "نور", "שלום", "क्षेत्र", "👩‍👩‍👧", "❤️", "한글", "नि\u200dख", "?!", "e\u0301"})
    void seen(String text) {
        assertThat(Check.text("displayName", text, 1, 20)).isEqualTo(text);
    }
}
