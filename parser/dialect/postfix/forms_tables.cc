// Forms of lookup tables of the database clients and of the file formats.
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

constexpr FormTable kNothing(std::to_array<Form>({
    // Normal operation.
    {"table %s has changed -- restarting"},
    {"skipping address family %d for %s"},
    // -v.
    {"dict_mysql_lookup using sql query: %s"},
    {"dict_mysql_lookup: null field #%d row #%d"},
    {"dict_mysql_lookup: retrieved %d rows"},
    {"dict_mysql_lookup: retrieved field: %d: %s"},
    {"dict_pgsql_lookup using sql query: %s"},
    {"dict_pgsql_lookup: retrieved %d rows"},
    {"dict_pgsql_lookup: retrieved field: %d: %s"},
    {"header_token: %s %s %s"},
    {"POP boundary %s"},
    {"PUSH boundary %s"},
    {"garbage in %s header"},
    {"rec_put: type %s len %d data %s"},
    {"rec_put_type: %d at %d"},
    {"connection closed fd %d"},
    {"connection established fd %d"},
    {"connection closed"},
    {"connection established"},
    {"time to retire -- exiting"},
    {"dict_cidr_open: %s: %d/%d %s"},
    {"dict_mysql: attempting to connect to host %s"},
    {"dict_mysql: attempting to reconnect to host %s"},
    {"dict_mysql: closing unnessary connection to %s"},
    {"dict_mysql: trying host %s stat %d, last res %s"},
    {"mysqlname_parse(): adding host '%s' to list of mysql server hosts"},
    {"mysqlname_parse(): no hostnames specified, defaulting to 'localhost'"},
    {"mysqlname_parse(): set additional_conditions to '%s'"},
    {"mysqlname_parse(): set database name to '%s'"},
    {"mysqlname_parse(): set password to '%s'"},
    {"mysqlname_parse(): set select_field to '%s'"},
    {"mysqlname_parse(): set table name to '%s'"},
    {"mysqlname_parse(): set username to '%s'"},
    {"mysqlname_parse(): set where_field to '%s'"},
    {"trying... [%s]:%s"},
    {"open %s %s"},
    {"set_eugid: euid %d egid %d"},
}));

constexpr FormTable kFunction(std::to_array<Form>({
    // -v.
    {"After escaping, it's %s"},
    {"Found character(s) in %s that must be escaped"},
    {"Searching with filter %s"},
    {"domain list created using \"%s\""},
    {"domain of %s not found in domain list"},
    {"type %s len %d data %s"},
    {"Caching enabled for %s"},
    {"Enabling %d-byte cache for %s with %d-second expiry"},
}));

}  // namespace

constexpr FormFamily kTablesForms{.nothing = &kNothing, .function = &kFunction};

}  // namespace maillog::postfix
