package io.jishi.bots;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Which column of a recorded chat is the time, the user and the text, by the names that such files usually give them. */
record ChatColumns(ChatTime time, int userColumn, int textColumn, String user, String text) {
    /** Offsets before times of day: they are what a replay needs. */
    private static final List<String> TIMES = List.of(
            "offset",
            "play_offset",
            "video_offset",
            "content_offset",
            "elapsed",
            "position",
            "progress",
            "time",
            "timestamp",
            "created_at",
            "createdat",
            "sent_at",
            "sentat",
            "sent",
            "sent_unix",
            "unix",
            "date",
            "datetime");

    private static final List<String> USERS = List.of(
            "user",
            "user_id",
            "userid",
            "user_name",
            "username",
            "user_hash",
            "author",
            "author_name",
            "author_id",
            "sender",
            "commenter",
            "nick",
            "nickname",
            "name",
            "uid",
            "from");
    private static final List<String> TEXTS =
            List.of("text", "comment", "message", "content", "body", "msg", "danmaku", "danmu", "chat");

    /** @throws WrongArgument naming the column that is missing */
    static ChatColumns of(Path file, List<String> header) {
        List<String> names = header.stream()
                .map(name ->
                        name.strip().toLowerCase(Locale.ROOT).replace(' ', '_').replace('-', '_'))
                .toList();
        List<String> bases = names.stream().map(ChatTime::withoutUnit).toList();
        int time = find(file, bases, TIMES, "offset or time");
        int user = find(file, names, USERS, "user");
        int text = find(file, names, TEXTS, "text");
        return new ChatColumns(ChatTime.of(time, names.get(time)), user, text, header.get(user), header.get(text));
    }

    private static int find(Path file, List<String> names, List<String> usual, String what) {
        return usual.stream()
                .map(names::indexOf)
                .filter(index -> index >= 0)
                .findFirst()
                .orElseThrow(() -> new WrongArgument(file + " has no " + what + " column; its header is "
                        + String.join(",", names).transform(s -> s.length() > 200 ? s.substring(0, 200) + "…" : s)));
    }

    String user(List<String> fields) {
        return fields.get(userColumn);
    }

    String text(List<String> fields) {
        return fields.get(textColumn);
    }

    @Override
    public String toString() {
        return "time from " + time + ", user from " + user + ", text from " + text;
    }
}
