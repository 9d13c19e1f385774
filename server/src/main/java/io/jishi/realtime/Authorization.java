package io.jishi.realtime;

import io.jishi.core.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The one table of who may do what: role × (method, route, channel operation), read from {@code authorization.csv}.
 * What is not in the table nobody may do.
 */
public final class Authorization {
    private final Map<String, Set<Role>> allowed;

    private Authorization(Map<String, Set<Role>> allowed) {
        this.allowed = allowed;
    }

    /** Reads the table that ships with the server. */
    public static Authorization shipped() {
        try (InputStream in = Authorization.class.getResourceAsStream("/authorization.csv")) {
            if (in == null) {
                throw new IllegalStateException("authorization.csv is not on the class path");
            }
            return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalStateException naming the line that is not of the table's form */
    static Authorization parse(List<String> lines) {
        List<String> rows = lines.stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        List<Role> roles = List.of(rows.get(0).split(",")).stream()
                .skip(1)
                .map(name -> Role.valueOf(name.strip().toUpperCase(Locale.ROOT)))
                .toList();
        Map<String, Set<Role>> table = new LinkedHashMap<>();
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            if (cells.length != roles.size() + 1 || table.containsKey(cells[0])) {
                throw new IllegalStateException("authorization table, bad or repeated row: " + row);
            }
            table.put(cells[0].strip(), rolesOf(roles, cells, row));
        }
        return new Authorization(table);
    }

    private static Set<Role> rolesOf(List<Role> roles, String[] cells, String row) {
        EnumSet<Role> yes = EnumSet.noneOf(Role.class);
        for (int i = 0; i < roles.size(); i++) {
            switch (cells[i + 1].strip()) {
                case "y" -> yes.add(roles.get(i));
                case "-" -> {}
                default -> throw new IllegalStateException("authorization table, a cell is neither y nor -: " + row);
            }
        }
        return yes;
    }

    public boolean mayCall(Caller caller, String method) {
        return allows(caller.roles(), "rpc " + method);
    }

    /** @param operation subscribe, publish, presence or history */
    public boolean mayUse(Caller caller, String operation, ChannelName channel) {
        return allows(caller.roles(), operation + " " + channel.namespace());
    }

    /** @param what a row's name as it stands in the table */
    public boolean allows(Set<Role> roles, String what) {
        Set<Role> yes = allowed.getOrDefault(what, Set.of());
        return roles.stream().anyMatch(yes::contains);
    }

    public boolean knows(String what) {
        return allowed.containsKey(what);
    }

    /** The table's rows in order. */
    public Map<String, Set<Role>> rows() {
        return Collections.unmodifiableMap(allowed);
    }
}
