"""For each alert, series with which it fires and series with which it does not."""

from promtool import counter, gauge

STEP = "5m"
DAY = 6 * 12  # quiet steps before the incident, as the usual; six hours stand for the day
HOUR = 12
WEEK = 7 * 24 * 4 + 8  # in steps of a quarter of an hour

SERVER = 'server="postfix", syslog_name="postfix"'
SENT = f'maillog_deliveries_total{{{SERVER}, agent="smtp", next_hop="remote", status="sent"}}'
DEFERRED = f'maillog_deliveries_total{{{SERVER}, agent="smtp", next_hop="none", status="deferred"}}'
BOUNCED = f'maillog_deliveries_total{{{SERVER}, agent="smtp", next_hop="remote", status="bounced"}}'
TO_FILTER = f'maillog_deliveries_total{{{SERVER}, agent="smtp", next_hop="loopback", status="sent"}}'
FAILED_LOGINS = f'maillog_auth_attempts_total{{{SERVER}, listener="submission", protocol="smtp", method="LOGIN", result="failure"}}'
REJECTS = f'maillog_smtp_rejects_total{{{SERVER}, stage="rcpt", code="450", reason="%s"}}'
TLS_ERRORS = f'maillog_tls_errors_total{{{SERVER}, direction="inbound"}}'
TLS = f'maillog_tls_connections_total{{{SERVER}, direction="inbound", trust="anonymous"}}'
PROBLEMS = 'maillog_log_problems_total{server="dovecot", daemon="%s", level="%s"}'
UNKNOWN = 'maillog_records_total{source="/var/log/mail.log", outcome="unknown"}'
COUNTED = 'maillog_records_total{source="/var/log/mail.log", outcome="counted"}'
LOG = 'source="/var/log/mail.log"'


def reasons(reason, next_hop="remote"):
    return f'maillog_delivery_reasons_total{{{SERVER}, agent="smtp", next_hop="{next_hop}", status="deferred", reason="{reason}"}}'


def receivers(receiver, status):
    return f'maillog_delivery_receivers_total{{server="postfix", status="{status}", receiver="{receiver}"}}'


def policies(receiver, reason, policy):
    return f'maillog_delivery_policies_total{{{SERVER}, status="deferred", receiver="{receiver}", reason="{reason}", policy="{policy}"}}'


def reports(code, result):
    return f'maillog_mta_reports_total{{server="pmailserver", code="{code}", result="{result}"}}'


def delays(status, *stretches, next_hop="remote"):
    """Buckets of the delay; a stretch is (seconds that each delivery takes, deliveries a step, steps)."""
    limits = (1, 60, 900, 3600, 14400, 86400)
    name = f'maillog_delivery_delay_seconds_bucket{{{SERVER}, agent="smtp", next_hop="{next_hop}", status="{status}", le="%s"}}'
    series = {
        name % f"{limit:.1f}": counter(*((many if seconds <= limit else 0, steps) for seconds, many, steps in stretches))
        for limit in limits
    }
    return series | {name % "+Inf": counter(*((many, steps) for _, many, steps in stretches))}


def mails(direction, outcome):
    return f'maillog_mails_total{{{SERVER}, direction="{direction}", outcome="{outcome}"}}'


def mail_times(direction, *stretches, outcome="delivered"):
    """As delays(), of whole mails, with their number."""
    name = f'maillog_mail_seconds_bucket{{direction="{direction}", outcome="{outcome}", le="%s"}}'
    series = {
        name % f"{limit:.1f}": counter(*((many if seconds <= limit else 0, steps) for seconds, many, steps in stretches))
        for limit in (1, 60, 300, 900, 3600)
    }
    every = counter(*((many, steps) for _, many, steps in stretches))
    return series | {name % "+Inf": every, mails(direction, outcome): every}


def waiting(state, *stretches):
    """Mails in the queue by the log; a stretch is (how many more at each step, steps)."""
    return {f'maillog_mails_waiting{{{LOG}, syslog_name="postfix", state="{state}"}}': counter(*stretches, start=3)}


OUTGOING_RECIPIENTS = 'maillog_mail_recipients_sum{direction="outgoing"}'


def a_week_of(usual, now, week_ago=None, name=OUTGOING_RECIPIENTS):
    """Recipients of outgoing mail at each quarter of an hour of more than a week, then in the last hour and a half."""
    hour = (week_ago or usual, 6)
    return {name: counter((usual, 8), hour, (usual, WEEK - 14), (now, 6)), "maillog_build_info": gauge((1, WEEK + 6))}


def busiest_sender(*stretches, sender="user"):
    """Recipients in the hour before, at each quarter of an hour; a stretch is (recipients, steps)."""
    steps = sum(many for _, many in stretches)
    return {f'maillog_top_sender_recipients{{{LOG}, sender="{sender}", window="1h"}}': gauge(*stretches), "maillog_build_info": gauge((1, steps))}


def sender_in_a_week(usual, now, week_ago=None, **labels):
    """As a_week_of: a day, an hour and a half, six days and more, then the last hour; week_ago is (recipients, how many hours later)."""
    often, later = week_ago or (usual, 0)
    return busiest_sender((usual, 4 + 4 * later), (often, 4), (usual, WEEK - 8 - 4 * later), (now, 4), **labels)


CLIENTS = f'maillog_auth_failed_clients{{{LOG}, window="1h"}}'
BUSIEST_CLIENT = f'maillog_top_auth_failures{{{LOG}, window="1h"}}'


def guessers(*stretches, name=CLIENTS, window="1h"):
    """Of the hour before, at each five minutes of more than a day; a stretch is (clients or failures, steps)."""
    steps = sum(many for _, many in stretches)
    return {name.replace("1h", window): gauge(*stretches), "maillog_build_info": gauge((1, steps))}


class Case:
    """At the end of the series, the alert fires with these labels (besides job and instance); with None it does not."""

    def __init__(self, alert, series, labels, step=STEP):
        self.alert, self.series, self.labels, self.step = alert, series, labels, step


def before_and_after(series):
    """By name of a series: how much it rises at each step of the day before, and of the two hours of the incident."""
    return {name: counter((usual, DAY), (now, 2 * HOUR)) for name, (usual, now) in series.items()}


def in_queue(usual, now):
    """Deferred messages as the queue collector reads them: on the day before, and in the two hours of the incident."""
    return {f'maillog_queue_messages{{{SERVER}, queue="deferred"}}': gauge((usual, DAY), (now, 2 * HOUR))}


def old_in_queue(usual, now, age="640m"):
    """Recipients in the queue as the collector reads them, likewise, but with three hours of incident."""
    return {f'maillog_queue_recipients{{{SERVER}, queue="deferred", receiver="other", age="{age}"}}': gauge((usual, DAY), (now, 3 * HOUR))}


def lately(series):
    """By name of a series: how much it rises at each step of the last two hours."""
    return {name: counter((now, 2 * HOUR)) for name, now in series.items()}


def new(name):
    """A series that appears with its first event a few minutes ago."""
    return {name: "_x20 1+0x1", "maillog_build_info": gauge((1, 22))}


POSTFIX = {"server": "postfix"}
TRIED_IN_VAIN = lately({f"maillog_queue_activations_total{{{SERVER}}}": 100, f"maillog_queue_removed_total{{{SERVER}}}": 20})
OLD_BY_THE_LOG = delays("deferred", (300, 5, DAY), (50000, 5, 3 * HOUR)) | {DEFERRED: counter((5, DAY + 3 * HOUR))}


CASES = [
    Case("MaillogDeferralsHigh", before_and_after({SENT: (95, 50), DEFERRED: (5, 50)}), POSTFIX),
    Case("MaillogDeferralsHigh", before_and_after({SENT: (95, 0), DEFERRED: (50, 95)}), POSTFIX),  # nearly everything
    Case("MaillogDeferralsHigh", before_and_after({SENT: (75, 50), DEFERRED: (25, 50)}), None),  # not three times
    Case("MaillogDeferralsHigh", before_and_after({SENT: (95, 1), DEFERRED: (5, 1)}), None),  # hardly any mail
    Case("MaillogDeferralsHigh", before_and_after({SENT: (95, 90), DEFERRED: (5, 10), TO_FILTER: (0, 0)}), None),
    Case("MaillogBouncesHigh", before_and_after({SENT: (98, 80), BOUNCED: (2, 20)}), POSTFIX),
    Case("MaillogBouncesHigh", before_and_after({SENT: (60, 30), BOUNCED: (40, 70)}), POSTFIX),
    Case("MaillogBouncesHigh", before_and_after({SENT: (90, 85), BOUNCED: (10, 15)}), None),
    Case("MaillogBouncesHigh", before_and_after({SENT: (98, 4), BOUNCED: (2, 1)}), None),
    Case("MaillogDeliverySlow", delays("sent", (0.5, 20, DAY), (2000, 20, 2 * HOUR)) | before_and_after({SENT: (20, 20)}), POSTFIX),
    Case("MaillogDeliverySlow", delays("sent", (2000, 20, DAY), (2000, 20, 2 * HOUR)) | before_and_after({SENT: (20, 20)}), None),
    Case("MaillogDeliverySlow", delays("sent", (0.5, 20, DAY), (600, 20, 2 * HOUR)) | before_and_after({SENT: (20, 20)}), None),
    Case("MaillogDeliverySlow", delays("sent", (0.5, 20, DAY), (2000, 20, 2 * HOUR), next_hop="loopback") | before_and_after({SENT: (20, 20)}), None),
    Case("MaillogQueueGrowing", in_queue(50, 900), POSTFIX),
    Case("MaillogQueueGrowing", in_queue(50, 900) | TRIED_IN_VAIN, POSTFIX),
    Case("MaillogQueueGrowing", in_queue(900, 950) | TRIED_IN_VAIN, None),  # the collector knows better than the log
    Case("MaillogQueueGrowing", in_queue(2, 90), None),
    Case("MaillogQueueGrowing", {f'maillog_queue_messages{{{SERVER}, queue="hold"}}': gauge((5, DAY), (5000, 2 * HOUR))}, None),
    Case("MaillogQueueGrowing", lately({f"maillog_queue_activations_total{{{SERVER}}}": 100, f"maillog_queue_removed_total{{{SERVER}}}": 20}), POSTFIX),
    Case("MaillogQueueGrowing", lately({f"maillog_queue_activations_total{{{SERVER}}}": 100, f"maillog_queue_removed_total{{{SERVER}}}": 80}), None),
    Case("MaillogQueueGrowing", lately({f"maillog_queue_activations_total{{{SERVER}}}": 7, f"maillog_queue_removed_total{{{SERVER}}}": 0}), None),
    Case("MaillogQueueUnread", {f"maillog_queue_last_success_timestamp_seconds{{{SERVER}}}": gauge((0, 2 * HOUR))}, POSTFIX | {"syslog_name": "postfix"}),
    Case("MaillogQueueUnread", {f"maillog_queue_last_success_timestamp_seconds{{{SERVER}}}": counter((300, 2 * HOUR))}, None),
    Case("MaillogQueueOld", old_in_queue(5, 300), POSTFIX),
    Case("MaillogQueueOld", old_in_queue(300, 400), None),  # dead domains, as ever
    Case("MaillogQueueOld", old_in_queue(5, 3000, age="160m"), None),
    Case("MaillogQueueOld", old_in_queue(300, 310) | OLD_BY_THE_LOG, None),
    Case("MaillogQueueOld", delays("deferred", (300, 5, DAY), (50000, 5, 2 * HOUR)) | before_and_after({DEFERRED: (5, 5)}), POSTFIX),
    Case("MaillogQueueOld", delays("deferred", (300, 5, 20), (300, 0, 20), (300, 5, DAY - 40), (50000, 5, 2 * HOUR)) | before_and_after({DEFERRED: (5, 5)}), POSTFIX),  # there was nothing for hours
    Case("MaillogQueueOld", delays("deferred", (50000, 5, DAY), (50000, 5, 2 * HOUR)) | before_and_after({DEFERRED: (5, 5)}), None),
    Case("MaillogQueueOld", delays("deferred", (300, 5, DAY), (3000, 5, 2 * HOUR)) | before_and_after({DEFERRED: (5, 5)}), None),
    Case("MaillogOutgoingFailing", before_and_after({mails("outgoing", "delivered"): (20, 10), mails("outgoing", "bounced"): (0.5, 4), mails("incoming", "delivered"): (500, 500)}), {}),
    Case("MaillogOutgoingFailing", before_and_after({mails("outgoing", "delivered"): (20, 10), mails("outgoing", "partly"): (0.5, 4)}), {}),
    Case("MaillogOutgoingFailing", {mails("outgoing", "delivered"): counter((10, HOUR)), mails("outgoing", "bounced"): counter((4, HOUR))}, {}),  # there never was any
    Case("MaillogOutgoingFailing", before_and_after({mails("outgoing", "delivered"): (20, 10), mails("outgoing", "bounced"): (4, 5)}), None),  # as ever
    Case("MaillogOutgoingFailing", before_and_after({mails("outgoing", "delivered"): (20, 3), mails("outgoing", "bounced"): (0.2, 1)}), None),  # hardly any mail
    Case("MaillogOutgoingFailing", before_and_after({mails("outgoing", "delivered"): (20, 19), mails("notice", "bounced"): (1, 20), mails("incoming", "bounced"): (1, 20)}), None),
    Case("MaillogOutgoingHigh", a_week_of(10, 200), {}, "15m"),
    Case("MaillogOutgoingHigh", a_week_of(10, 200, name='maillog_mail_recipients_sum{direction="relayed"}'), {}, "15m"),
    Case("MaillogOutgoingHigh", a_week_of(10, 200, name='maillog_mail_recipients_sum{direction="incoming"}'), None, "15m"),
    Case("MaillogOutgoingHigh", a_week_of(10, 200, week_ago=190), None, "15m"),  # the newsletter of each week
    Case("MaillogOutgoingHigh", a_week_of(50, 200), None, "15m"),
    Case("MaillogOutgoingHigh", a_week_of(1, 60), None, "15m"),  # few, though many more than usual
    Case("MaillogOutgoingHigh", {OUTGOING_RECIPIENTS: counter((10, 8), (200, 6)), "maillog_build_info": gauge((1, 14))}, None, "15m"),  # nobody knows what is usual
    Case("MaillogSenderHigh", sender_in_a_week(60, 400), {"sender": "user"}, "15m"),
    Case("MaillogSenderHigh", sender_in_a_week(60, 400, sender="local"), {"sender": "local"}, "15m"),
    Case("MaillogSenderHigh", sender_in_a_week(0, 400, week_ago=(5000, 50)), {"sender": "user"}, "15m"),  # the newsletter was on another day
    Case("MaillogSenderHigh", busiest_sender((60, WEEK), (400, 20 * 4)), {"sender": "user"}, "15m"),  # still, after 20 hours
    Case("MaillogSenderHigh", {name: f"_x{WEEK} 0 400" if "top" in name else values for name, values in busiest_sender((1, WEEK + 2)).items()}, {"sender": "user"}, "15m"),  # nobody has ever sent here
    Case("MaillogSenderHigh", sender_in_a_week(60, 5000, week_ago=(4800, 0)), None, "15m"),  # the newsletter of each week
    Case("MaillogSenderHigh", sender_in_a_week(60, 5000, week_ago=(4800, 2)), None, "15m"),  # which was two hours later
    Case("MaillogSenderHigh", busiest_sender(*[(60, 23 * 4), (5000, 4)] * 8), None, "15m"),  # the newsletter of each day
    Case("MaillogSenderHigh", busiest_sender(*[(60, 48), (300, 48)] * 7, (60, 24), (400, 4)), None, "15m"),  # at night for once
    Case("MaillogSenderHigh", sender_in_a_week(60, 190), None, "15m"),  # an invitation to a conference
    Case("MaillogSenderHigh", sender_in_a_week(250, 400, sender="client"), None, "15m"),  # a gateway, as ever
    Case("MaillogSenderHigh", busiest_sender((60, 8), (400, 6)), None, "15m"),  # nobody knows what is usual
    Case("MaillogIncomingSlow", mail_times("incoming", (0.5, 20, DAY), (700, 20, 2 * HOUR)), {}),
    Case("MaillogIncomingSlow", mail_times("incoming", (700, 20, DAY), (700, 20, 2 * HOUR)), None),
    Case("MaillogIncomingSlow", mail_times("incoming", (0.5, 20, DAY), (200, 20, 2 * HOUR)), None),
    Case("MaillogIncomingSlow", mail_times("incoming", (0.5, 1, DAY), (700, 1, 2 * HOUR)), None),  # hardly any mail
    Case("MaillogIncomingSlow", mail_times("outgoing", (0.5, 20, DAY), (700, 20, 2 * HOUR)), None),
    Case("MaillogMailStuck", waiting("active", (0, HOUR), (5, HOUR)) | {mails("incoming", "delivered"): counter((5, HOUR), (0, HOUR))}, {}),
    Case("MaillogMailStuck", waiting("deferred", (0, HOUR), (5, HOUR)), {}),  # nothing has ever left
    Case("MaillogMailStuck", waiting("active", (0, HOUR), (5, HOUR)) | {mails("incoming", "delivered"): counter((5, 2 * HOUR))}, None),  # it gets longer, but moves
    Case("MaillogMailStuck", waiting("active", (0, HOUR), (1, HOUR)) | {mails("incoming", "delivered"): counter((5, HOUR), (0, HOUR))}, None),  # hardly any mail
    Case("MaillogMailStuck", waiting("hold", (0, HOUR), (5, HOUR)), None),
    Case("MaillogMailExpired", lately({f"maillog_queue_expired_total{{{SERVER}}}": 2}), POSTFIX),
    Case("MaillogMailExpired", lately({f"maillog_queue_expired_total{{{SERVER}}}": 0.5}), None),
    Case("MaillogNoMail", {SENT: counter((10, WEEK), (0, 8))}, {}, "15m"),
    Case("MaillogNoMail", {SENT: counter((10, WEEK), (0, 8)), 'maillog_smtp_messages_total{server="postfix", origin="client"}': counter((1, WEEK + 8))}, None, "15m"),
    Case("MaillogNoMail", {SENT: counter((10, 8), (0, WEEK))}, None, "15m"),  # there was none yesterday either
    Case("MaillogReceiverRefuses", before_and_after({receivers("google", "sent"): (20, 2), receivers("google", "deferred"): (1, 8)}), POSTFIX | {"receiver": "google"}),
    Case("MaillogReceiverRefuses", before_and_after({receivers("other", "sent"): (20, 2), receivers("other", "deferred"): (1, 8)}), None),
    Case("MaillogReceiverRefuses", before_and_after({receivers("docomo", "sent"): (20, 1), receivers("docomo", "bounced"): (0, 0.5)}), None),
    Case("MaillogBlocklisted", lately({SENT: 10, reasons("blocklist"): 5}), POSTFIX | {"reason": "blocklist"}),
    Case("MaillogBlocklisted", lately({SENT: 1000, reasons("reputation"): 5}), None),
    Case("MaillogBlocklisted", lately({SENT: 10, reasons("greylist"): 5}), None),
    Case("MaillogGreylistStorm", lately({SENT: 10, DEFERRED: 10, reasons("greylist"): 10}), POSTFIX | {"reason": "greylist"}),
    Case("MaillogGreylistStorm", lately({SENT: 100, DEFERRED: 10, reasons("greylist"): 10}), None),
    Case("MaillogPMailServerFailing", lately({reports("0", "delivered"): 10, reports("-13", "host_not_found"): 3}),
         {"server": "pmailserver", "code": "-13", "result": "host_not_found"}),
    Case("MaillogPMailServerFailing", lately({reports("0", "delivered"): 100, reports("-13", "host_not_found"): 3}), None),
    Case("MaillogPMailServerFailing", lately({reports("0", "delivered"): 100}), None),
    Case("MaillogLoginBruteForce", before_and_after({FAILED_LOGINS: (2, 100)}), POSTFIX | {"protocol": "smtp"}),
    Case("MaillogLoginBruteForce", before_and_after({FAILED_LOGINS: (60, 100)}), None),  # hardly more than usual
    Case("MaillogLoginBruteForce", before_and_after({FAILED_LOGINS: (2, 40)}), None),
    Case("MaillogLoginBruteForce", guessers((4, DAY), (80, HOUR), name=BUSIEST_CLIENT), {}),
    Case("MaillogLoginBruteForce", guessers((4, DAY + HOUR), (80, HOUR), name=BUSIEST_CLIENT) | before_and_after({FAILED_LOGINS: (40, 45)}), {}),  # among many others
    Case("MaillogLoginBruteForce", guessers((4, DAY), (400, 2 * HOUR), name=BUSIEST_CLIENT) | before_and_after({FAILED_LOGINS: (2, 100)}), POSTFIX | {"protocol": "smtp"}),  # once, and not twice
    Case("MaillogLoginBruteForce", guessers((60, DAY), (80, HOUR), name=BUSIEST_CLIENT), None),  # a device with an old password
    Case("MaillogLoginBruteForce", guessers((4, DAY), (50, HOUR), name=BUSIEST_CLIENT), None),
    Case("MaillogLoginBruteForce", guessers((4, DAY), (80, HOUR), name=BUSIEST_CLIENT, window="24h"), None),
    Case("MaillogLoginAttackDistributed", {FAILED_LOGINS: counter((0.1, 24), (8, 8 * HOUR))}, POSTFIX | {"protocol": "smtp"}),
    Case("MaillogLoginAttackDistributed", {FAILED_LOGINS: counter((0.1, 24), (8, 8 * HOUR)), BUSIEST_CLIENT: gauge((12, 24 + 8 * HOUR))}, POSTFIX | {"protocol": "smtp"}),
    Case("MaillogLoginAttackDistributed", {FAILED_LOGINS: counter((0.1, 24), (8, 8 * HOUR)), BUSIEST_CLIENT: gauge((90, 24 + 8 * HOUR))}, None),  # one client
    Case("MaillogLoginAttackDistributed", {FAILED_LOGINS: counter((0.1, 24), (8, 4 * HOUR))}, None),  # not long enough
    Case("MaillogLoginAttackDistributed", {FAILED_LOGINS: counter((0.1, 24), (80, 8 * HOUR))}, None),  # brute force
    Case("MaillogLoginManyClients", guessers((15, 25 * HOUR), (120, HOUR)), {}),
    Case("MaillogLoginManyClients", guessers((0, 25 * HOUR), (110, HOUR)), {}),
    Case("MaillogLoginManyClients", {name: f"_x{25 * HOUR} 120+0x11" if name == CLIENTS else values for name, values in guessers((1, 26 * HOUR)).items()}, {}),  # none has ever failed
    Case("MaillogLoginManyClients", guessers((150, 12 * HOUR), (90, 8 * HOUR), (200, 6 * HOUR)), None),  # an ordinary night, with many
    Case("MaillogLoginManyClients", guessers((8, 25 * HOUR), (90, HOUR)), None),  # and with few
    Case("MaillogLoginManyClients", guessers((15, 25 * HOUR), (120, HOUR), window="24h"), None),
    Case("MaillogLoginManyClients", guessers((300, HOUR - 2)), None),  # nobody knows what is usual
    Case("MaillogRejectsHigh", before_and_after({REJECTS % "blocklist": (5, 100)}), POSTFIX),
    Case("MaillogRejectsHigh", before_and_after({REJECTS % "blocklist": (50, 100)}), None),
    Case("MaillogTlsFailing", lately({TLS_ERRORS: 10, TLS: 10}), POSTFIX | {"direction": "inbound"}),
    Case("MaillogTlsFailing", lately({TLS_ERRORS: 10, TLS: 100}), None),
    Case("MaillogCertificateTrouble", lately({reasons("tls"): 1}), POSTFIX | {"reason": "tls"}),
    Case("MaillogCertificateTrouble", lately({reasons("tls"): 0.2}), None),
    Case("MaillogDiskFull", lately({REJECTS % "storage": 1}), POSTFIX),
    Case("MaillogDiskFull", lately({reasons("storage", "local"): 1}), POSTFIX),
    Case("MaillogDiskFull", lately({reasons("storage"): 1, REJECTS % "spam": 9}), None),  # the other side's disk
    Case("MaillogDiskFull", new(REJECTS % "storage"), POSTFIX),
    Case("MaillogLocalErrors", lately({REJECTS % "local_error": 3, reasons("local_error", "local"): 3}), POSTFIX),
    Case("MaillogLocalErrors", lately({REJECTS % "local_error": 1, reasons("remote_error"): 30}), None),
    Case("MaillogPanic", lately({PROBLEMS % ("imap", "panic"): 1}), {"server": "dovecot", "daemon": "imap"}),
    Case("MaillogPanic", lately({PROBLEMS % ("imap", "fatal"): 1}), None),
    Case("MaillogPanic", new(PROBLEMS % ("imap", "panic")), {"server": "dovecot", "daemon": "imap"}),
    Case("MaillogPanic", {PROBLEMS % ("imap", "panic"): "1+0x1", "maillog_build_info": "1+0x1"}, None),  # from an old log, read at the start
    Case("MaillogFatal", lately({PROBLEMS % ("auth", "fatal"): 2}), {"server": "dovecot", "daemon": "auth"}),
    Case("MaillogFatal", lately({PROBLEMS % ("auth", "fatal"): 0.2, PROBLEMS % ("sendmail", "fatal"): 9}), None),
    Case("MaillogErrors", before_and_after({PROBLEMS % ("lmtp", "error"): (1, 20)}), {"server": "dovecot"}),
    Case("MaillogErrors", before_and_after({PROBLEMS % ("lmtp", "error"): (10, 20)}), None),
    Case("MaillogErrors", {PROBLEMS % ("lmtp", "error"): "_x60 0+20x7"}, {"server": "dovecot"}),  # there never was one
    Case("MaillogExporterDown", {"up": gauge((1, 6), (0, 6)), "maillog_build_info": gauge((1, 6))}, {}),
    Case("MaillogExporterDown", {"up": gauge((0, 12))}, None),  # of something else
    Case("MaillogExporterDown", {"up": gauge((1, 12)), "maillog_build_info": gauge((1, 12))}, None),
    Case("MaillogSourceUnreadable", {f"maillog_source_up{{{LOG}}}": gauge((1, 3), (0, 6))}, {"source": "/var/log/mail.log"}),
    Case("MaillogSourceUnreadable", {f"maillog_source_up{{{LOG}}}": gauge((0, 3), (1, 6))}, None),
    Case("MaillogSourceStale", {COUNTED: counter((10, WEEK + 8), (0, 14))}, {"source": "/var/log/mail.log"}, "15m"),
    Case("MaillogSourceStale", {COUNTED: counter((10, WEEK + 8), (0, 4))}, None, "15m"),
    Case("MaillogSourceLagging", {f"maillog_source_lag_seconds{{{LOG}}}": "0 300+300x5"}, {"source": "/var/log/mail.log"}),
    Case("MaillogSourceLagging", {f"maillog_source_lag_seconds{{{LOG}}}": "0 9 200+0x4"}, None),
    Case("MaillogLinesLost", lately({f"maillog_source_lost_bytes_total{{{LOG}}}": 100}), {"source": "/var/log/mail.log"}),
    Case("MaillogLinesLost", lately({f'maillog_source_gaps_total{{{LOG}, kind="socket_drop"}}': 1}), {"source": "/var/log/mail.log"}),
    Case("MaillogLinesLost", lately({f"maillog_source_lost_bytes_total{{{LOG}}}": 0}), None),
    Case("MaillogUnknownLines", before_and_after({COUNTED: (100, 95), UNKNOWN: (1, 5)}), {"source": "/var/log/mail.log"}),
    Case("MaillogUnknownLines", before_and_after({COUNTED: (100, 95), UNKNOWN: (4, 5)}), None),
    Case("MaillogMailsForgotten", lately({f"maillog_mails_forgotten_total{{{SERVER}}}": 1}), {"syslog_name": "postfix"}),
    Case("MaillogMailsForgotten", lately({f"maillog_mails_forgotten_total{{{SERVER}}}": 0, mails("incoming", "forgotten"): 1}), None),
    Case("MaillogStateNotSaved", {"maillog_state_saved": gauge((1, 3), (0, 6))}, {}),
    Case("MaillogStateNotSaved", {"maillog_state_saved": gauge((1, 3), (0, 1), (1, 3))}, None),
    Case("MaillogStateWentBack", {"maillog_state_went_back": gauge((0, 3), (1, 1))}, {}),
    Case("MaillogStateWentBack", {"maillog_state_went_back": gauge((1, 3), (0, 1))}, None),
    Case("MaillogReloadFailed", {"maillog_config_last_reload_successful": gauge((1, 3), (0, 6))}, {}),
    Case("MaillogReloadFailed", {"maillog_config_last_reload_successful": gauge((0, 3), (1, 6))}, None),
    Case("MaillogLabelOverflow", lately({'maillog_label_overflows_total{label="transport"}': 1}), {"label": "transport"}),
    Case("MaillogLabelOverflow", new('maillog_label_overflows_total{label="transport"}'), {"label": "transport"}),
    Case("MaillogLabelOverflow", lately({'maillog_label_overflows_total{label="transport"}': 0}), None),
]

# Descriptions that depend on which labels there are.
DESCRIBED = [
    (Case("MaillogLoginBruteForce", before_and_after({FAILED_LOGINS: (2, 100)}), POSTFIX | {"protocol": "smtp"}),
     "postfix on mx1:9025: 200 logins over smtp failed in ten minutes."),
    # What is counted is whole, also where increase() is not.
    (Case("MaillogLoginBruteForce", before_and_after({FAILED_LOGINS: (2, 615.6)}), POSTFIX | {"protocol": "smtp"}),
     "postfix on mx1:9025: 1231 logins over smtp failed in ten minutes."),
    (Case("MaillogLoginBruteForce", guessers((4, DAY), (80, HOUR), name=BUSIEST_CLIENT), {}),
     "mx1:9025: 80 logins of one client failed in the last hour."),
    (Case("MaillogSenderHigh", sender_in_a_week(60, 400, sender="local"), {"sender": "local"}, "15m"),
     "mx1:9025: one sender (local) wrote to 400 recipients in the last hour, more than twice as many as any usually does and as any did around this time a week ago."),
]

# For the alerts that name policies: the end of the description.
BLOCKED = {SENT: 10, reasons("blocklist"): 5}
REFUSED = before_and_after({receivers("google", "sent"): (20, 2), receivers("google", "deferred"): (1, 8)})
NAMED = [
    (Case("MaillogBlocklisted", lately(BLOCKED | {policies("microsoft", "blocklist", "microsoft_blocklist"): 2, policies("other", "blocklist", "spamhaus_pbl"): 3}), POSTFIX | {"reason": "blocklist"}),
     "spamhaus_pbl (36; docs/policies/spamhaus.md), microsoft_blocklist (24; docs/policies/microsoft.md)."),
    (Case("MaillogBlocklisted", lately(BLOCKED | {policies("yahoo", "reputation", "yahoo_complaints"): 2}), POSTFIX | {"reason": "blocklist"}), "none that is known."),
    (Case("MaillogReceiverRefuses", REFUSED | lately({policies("yahoo", "reputation", "yahoo_complaints"): 2}), POSTFIX | {"receiver": "google"}), "none that is known."),
    (Case("MaillogReceiverRefuses", REFUSED | before_and_after({policies("google", "rate_limit", "google_rate_limit"): (0, 8), policies("google", "spam", "google_spam"): (9, 0)}), POSTFIX | {"receiver": "google"}),
     "google_rate_limit (96; docs/policies/google.md)."),
]
