# The target maillog::civetweb: the library that scripts/build-civetweb made in build/deps/civetweb, else the system's.
# MAILLOG_HTTP: what it lacks (civetweb_check.cc), `whole` if nothing.
#
# The script builds one only where the system's own is not whole (it says why), and ./dev runs it before cmake. Without it
# the packaged library does for HTTP: the server asks the library what it can do. Nothing found is kept from one run of
# cmake to the next: the script may have had success meanwhile.
find_path(Civetweb_INCLUDE_DIR civetweb.h
          PATHS ${CMAKE_CURRENT_LIST_DIR}/../build/deps/civetweb/include NO_DEFAULT_PATH NO_CACHE)
find_path(Civetweb_INCLUDE_DIR civetweb.h NO_CACHE)
find_library(Civetweb_LIBRARY libcivetweb.a
             PATHS ${CMAKE_CURRENT_LIST_DIR}/../build/deps/civetweb NO_DEFAULT_PATH NO_CACHE)
find_library(Civetweb_LIBRARY civetweb NO_CACHE)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Civetweb REQUIRED_VARS Civetweb_LIBRARY Civetweb_INCLUDE_DIR)

if(Civetweb_FOUND AND NOT TARGET maillog::civetweb)
  add_library(maillog::civetweb UNKNOWN IMPORTED)
  set_target_properties(
    maillog::civetweb PROPERTIES IMPORTED_LOCATION ${Civetweb_LIBRARY}
                                 INTERFACE_INCLUDE_DIRECTORIES ${Civetweb_INCLUDE_DIR})
  find_package(Threads REQUIRED)
  find_package(OpenSSL REQUIRED)
  target_link_libraries(maillog::civetweb INTERFACE Threads::Threads)
  if(Civetweb_LIBRARY MATCHES "libcivetweb\\.a$")
    target_link_libraries(maillog::civetweb INTERFACE OpenSSL::SSL OpenSSL::Crypto ${CMAKE_DL_LIBS})
  endif()

  file(TIMESTAMP ${Civetweb_LIBRARY} made)
  if(NOT CMAKE_CROSSCOMPILING AND NOT MAILLOG_HTTP_CHECKED STREQUAL "${Civetweb_LIBRARY} ${made}")
    unset(MAILLOG_HTTP_RUN CACHE)
    try_run(MAILLOG_HTTP_RUN compiled
            SOURCES ${CMAKE_CURRENT_LIST_DIR}/civetweb_check.cc
            LINK_LIBRARIES maillog::civetweb OpenSSL::SSL OpenSSL::Crypto
            CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON
            COMPILE_OUTPUT_VARIABLE compiling RUN_OUTPUT_VARIABLE http)
    if(NOT compiled)
      message(FATAL_ERROR "civetweb_check.cc does not compile:\n${compiling}")
    endif()
    string(STRIP "${http}" http)
    set(MAILLOG_HTTP "${http}" CACHE STRING "what the HTTP library lacks" FORCE)
    set(MAILLOG_HTTP_CHECKED "${Civetweb_LIBRARY} ${made}" CACHE INTERNAL "the library that was checked")
  endif()
endif()
