package io.jishi.bench;

import io.jishi.bench.SaleEvidence.Lobby;
import io.jishi.bench.SaleEvidence.Stood;
import io.jishi.bench.SaleEvidence.Ticket;
import io.jishi.bench.SaleEvidence.Turn;
import io.jishi.core.Id;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The waiting rooms of a running shop, watched from outside the nodes, as {@link SaleAudit} watches sales. */
final class LobbyAudit {
    private static final String TRIGGERS = """
            CREATE TABLE proof.ticket (
                n bigserial PRIMARY KEY, sale bigint NOT NULL, buyer bigint NOT NULL, ticket integer NOT NULL,
                at timestamptz NOT NULL DEFAULT clock_timestamp());
            CREATE INDEX ON proof.ticket (sale);
            CREATE TABLE proof.turn (
                n bigserial PRIMARY KEY, sale bigint NOT NULL, first_place integer NOT NULL, last_place integer NOT NULL,
                ends_at timestamptz NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
            CREATE INDEX ON proof.turn (sale);
            CREATE FUNCTION proof.note_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO proof.ticket (sale, buyer, ticket) VALUES (NEW.sale, NEW.buyer, NEW.ticket);
                RETURN NULL;
            END $$;
            CREATE TRIGGER proof_ticket AFTER INSERT OR UPDATE ON sale_arrival
                FOR EACH ROW EXECUTE FUNCTION proof.note_ticket();
            CREATE FUNCTION proof.note_turn() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO proof.turn (sale, first_place, last_place, ends_at)
                VALUES (NEW.sale, NEW.first_place, NEW.last_place, NEW.ends_at);
                RETURN NULL;
            END $$;
            CREATE TRIGGER proof_turn AFTER INSERT OR UPDATE ON sale_turn
                FOR EACH ROW EXECUTE FUNCTION proof.note_turn();
            """;

    private LobbyAudit() {}

    /** After {@link SaleAudit#install}. */
    static void install(Connection database) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(TRIGGERS);
        }
    }

    /**
     * @param stood and {@code barred} as the buyers know them
     * @return null where the sale has no waiting room
     */
    static @Nullable Lobby of(Connection database, String sale, List<Stood> stood, Set<String> barred, boolean calm)
            throws SQLException {
        String select = "SELECT l.turn_seconds, l.seed, l.drawn, l.admitted, s.opens_at AS at"
                + " FROM sale_lobby l JOIN sale s ON s.id = l.sale WHERE l.sale = ?";
        List<Ticket> tickets = tickets(database, sale);
        List<Turn> turns = turns(database, sale);
        try (PreparedStatement statement = database.prepareStatement(select)) {
            statement.setLong(1, SaleAudit.number(sale));
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? new Lobby(
                                row.getInt("turn_seconds"),
                                row.getString("seed"),
                                row.getObject("drawn", Integer.class),
                                row.getInt("admitted"),
                                SaleAudit.nanos(row, "at"),
                                tickets,
                                turns,
                                stood,
                                barred,
                                calm)
                        : null;
            }
        }
    }

    private static List<Ticket> tickets(Connection database, String sale) throws SQLException {
        List<Ticket> tickets = new ArrayList<>();
        SaleAudit.each(
                database,
                "SELECT buyer, ticket, at FROM proof.ticket WHERE sale = ? ORDER BY n",
                sale,
                row -> tickets.add(new Ticket(
                        Id.of(row.getLong("buyer")).toString(), row.getInt("ticket"), SaleAudit.nanos(row, "at"))));
        return tickets;
    }

    private static List<Turn> turns(Connection database, String sale) throws SQLException {
        List<Turn> turns = new ArrayList<>();
        SaleAudit.each(
                database,
                "SELECT first_place, last_place, at, ends_at FROM proof.turn WHERE sale = ? ORDER BY n",
                sale,
                row -> turns.add(new Turn(
                        row.getInt("first_place"),
                        row.getInt("last_place"),
                        SaleAudit.nanos(row, "at"),
                        SaleAudit.nanos(row, "ends_at"))));
        return turns;
    }
}
