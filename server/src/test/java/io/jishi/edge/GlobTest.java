package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @DisplayName("[SA4] a pattern's * is any text and its ? any character")
    @CsvSource({
        "*,'',true", "*,abc,true", "a*,abc,true", "*c,abc,true", "a*c,abc,true", "a*b*c,aXbYbZc,true", "a?c,abc,true",
        "**a,ba,true", "abc,abc,true", "'','',true", "a*,ba,false", "a?c,ac,false", "abc,ab,false", "ab,abc,false",
        "a*b,abc,false", "'',a,false", "?,'',false", "a.c,abc,false"
    })
    void matches(String pattern, String name, boolean expected) {
        assertThat(new Glob(pattern).matches(name)).isEqualTo(expected);
    }
}
