package io.jishi.liverooms;

/** Whether a text may be said. The seam for whatever judges comments; it must not block and may be asked from any thread. */
@FunctionalInterface
interface CommentFilter {
    boolean allows(String text);
}
