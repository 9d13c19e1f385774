package io.jishi.liverooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.core.Invalid;
import io.jishi.core.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordListTest {
    @Test
    @DisplayName("[LR5] case, width, ligatures and invisible characters do not hide a word")
    void normalised() {
        WordList words = WordList.parse("# remark\n\noffice\n加我微信\nstraße\n");
        assertThat(List.of("OFFICE", "ｏｆｆｉｃｅ", "o\u200bf\u00adfice", "oﬃce", "go to the office!", "STRASSE"))
                .allSatisfy(text -> assertThat(words.allows(text)).as(text).isFalse());
        assertThat(words.allows("你好加我微信吧")).isFalse();
        assertThat(words.allows("# remark")).isTrue();
        assertThat(words.allows("加你微信")).isTrue();
    }

    @Test
    @DisplayName("[LR5] a word of letters is found as a whole word only, one of Chinese characters anywhere")
    void wholeWords() {
        WordList words = new WordList(List.of("ass", "赌博"));
        assertThat(words.allows("a class of grass")).isTrue();
        assertThat(words.allows("assets")).isTrue();
        assertThat(words.allows("an ass, really")).isFalse();
        assertThat(words.allows("你ass啊")).isFalse();
        assertThat(words.allows("网赌博吗")).isFalse();
    }

    @Test
    @DisplayName("[LR5] a word that is part of another one's path is found too")
    void suffixes() {
        WordList words = new WordList(List.of("甲乙丙丁", "乙丙", "丙x"));
        assertThat(words.allows("甲乙丙")).isFalse();
        assertThat(words.allows("甲丙 x")).isTrue();
        assertThat(words.allows("甲乙 丙x")).isFalse();
    }

    @Test
    @DisplayName("[LR5] one pass finds what looking for each word finds")
    void likeLookingForEach() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<String> list = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                list.add(text(random, 1 + random.nextInt(4)));
            }
            WordList words = new WordList(list);
            for (int i = 0; i < 30; i++) {
                String text = text(random, random.nextInt(12));
                assertThat(words.allows(text))
                        .as("seed %d words %s text %s", seed, list, text)
                        .isEqualTo(list.stream().noneMatch(word -> contains(text, word)));
            }
        }
    }

    private static boolean contains(String text, String word) {
        int[] points = WordList.normal(text);
        int[] sought = WordList.normal(word);
        for (int from = 0; from + sought.length <= points.length; from++) {
            if (Arrays.equals(points, from, from + sought.length, sought, 0, sought.length)
                    && WordList.standsAlone(points, from, from + sought.length)) {
                return true;
            }
        }
        return false;
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("ab甲乙 ".charAt(random.nextInt(5)));
        }
        String stripped = text.toString().strip();
        return stripped.isEmpty() ? "甲" : stripped;
    }

    @Test
    @DisplayName("[LR5] the list that ships refuses its words and lets ordinary talk pass; a file takes its place")
    void lists(@TempDir Path folder) throws Exception {
        CommentFilter shipped = Words.load(Settings.defaults());
        assertThat(shipped.allows("代开发票 请联系")).isFalse();
        assertThat(shipped.allows("主播好漂亮 666")).isTrue();
        Path file = Files.writeString(folder.resolve("words.txt"), "hello\n");
        CommentFilter own = Words.load(Settings.defaults().with(Words.FILE, file.toString()));
        assertThat(own.allows("Hello")).isFalse();
        assertThat(own.allows("代开发票")).isTrue();
        assertThatThrownBy(() -> Words.load(Settings.defaults().with(Words.FILE, folder + "/none")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("liverooms.words-file");
    }
}
