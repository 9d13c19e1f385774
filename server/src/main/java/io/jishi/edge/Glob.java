package io.jishi.edge;

/** Patterns of names: {@code *} is any text, {@code ?} any character. Costs at most length times length, whatever is asked. */
record Glob(String pattern) {
    boolean matches(String name) {
        int at = 0;
        int asked = 0;
        int star = -1;
        int resume = 0;
        while (at < name.length()) {
            char wanted = asked < pattern.length() ? pattern.charAt(asked) : '\0';
            if (wanted == '*') {
                star = asked++;
                resume = at;
            } else if (asked < pattern.length() && (wanted == '?' || wanted == name.charAt(at))) {
                asked++;
                at++;
            } else if (star >= 0) {
                asked = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (asked < pattern.length() && pattern.charAt(asked) == '*') {
            asked++;
        }
        return asked == pattern.length();
    }
}
