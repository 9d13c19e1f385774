package io.jishi.realtime;

import java.util.List;

/** Tables other than the shipped one, for tests of other packages. */
public final class TestAuthorization {
    private TestAuthorization() {}

    public static Authorization of(String... lines) {
        return Authorization.parse(List.of(lines));
    }
}
