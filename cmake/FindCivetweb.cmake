# The target maillog::civetweb: the library that scripts/build-civetweb made in build/deps/civetweb, else the system's.
#
# The script builds one only where the system's own has no IPv6 or no working TLS (Debian 12; the script says why), and
# ./dev runs it before cmake. Without it the packaged library does for HTTP: the server asks the library what it can do.
find_path(Civetweb_INCLUDE_DIR civetweb.h
          PATHS ${CMAKE_CURRENT_LIST_DIR}/../build/deps/civetweb/include NO_DEFAULT_PATH)
find_path(Civetweb_INCLUDE_DIR civetweb.h)
find_library(Civetweb_LIBRARY libcivetweb.a
             PATHS ${CMAKE_CURRENT_LIST_DIR}/../build/deps/civetweb NO_DEFAULT_PATH)
find_library(Civetweb_LIBRARY civetweb)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Civetweb REQUIRED_VARS Civetweb_LIBRARY Civetweb_INCLUDE_DIR)
mark_as_advanced(Civetweb_INCLUDE_DIR Civetweb_LIBRARY)

if(Civetweb_FOUND AND NOT TARGET maillog::civetweb)
  add_library(maillog::civetweb UNKNOWN IMPORTED)
  set_target_properties(
    maillog::civetweb PROPERTIES IMPORTED_LOCATION ${Civetweb_LIBRARY}
                                 INTERFACE_INCLUDE_DIRECTORIES ${Civetweb_INCLUDE_DIR})
  find_package(Threads REQUIRED)
  target_link_libraries(maillog::civetweb INTERFACE Threads::Threads)
  if(Civetweb_LIBRARY MATCHES "libcivetweb\\.a$")
    find_package(OpenSSL REQUIRED)
    target_link_libraries(maillog::civetweb INTERFACE OpenSSL::SSL OpenSSL::Crypto ${CMAKE_DL_LIBS})
  endif()
endif()
