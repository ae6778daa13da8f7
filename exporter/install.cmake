# cmake --install: the program, its manual and completions, its unit and user. The manual and the completions are made by the
# program itself; where it cannot run (a cross build without CMAKE_CROSSCOMPILING_EMULATOR) they are left out.
include(GNUInstallDirs)

install(TARGETS maillog_exporter RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)

# maillog_document(WHAT FILE FOLDER)
function(maillog_document what file folder)
  set(made ${CMAKE_BINARY_DIR}/documents/${what}/${file})
  add_custom_command(
    OUTPUT ${made}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/documents/${what}
    COMMAND maillog_exporter document ${what} > ${made}
    DEPENDS maillog_exporter
    VERBATIM)
  set_property(GLOBAL APPEND PROPERTY MAILLOG_DOCUMENTS ${made})
  install(FILES ${made} DESTINATION ${folder} COMPONENT documents)
endfunction()

if(NOT CMAKE_CROSSCOMPILING OR CMAKE_CROSSCOMPILING_EMULATOR)
  maillog_document(man1 maillog_exporter.1 ${CMAKE_INSTALL_MANDIR}/man1)
  maillog_document(man5 maillog_exporter.yml.5 ${CMAKE_INSTALL_MANDIR}/man5)
  maillog_document(bash maillog_exporter ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  maillog_document(zsh _maillog_exporter ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  maillog_document(fish maillog_exporter.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  get_property(documents GLOBAL PROPERTY MAILLOG_DOCUMENTS)
  add_custom_target(maillog_documents ALL DEPENDS ${documents})
endif()

# systemd looks for units and users below both /usr and /usr/local.
install(FILES ${CMAKE_SOURCE_DIR}/deploy/systemd/maillog_exporter.sysusers DESTINATION lib/sysusers.d
        RENAME maillog_exporter.conf COMPONENT unit)
# The unit names the program where it is installed.
install(CODE "
  file(READ ${CMAKE_SOURCE_DIR}/deploy/systemd/maillog_exporter.service maillog_text)
  string(REPLACE /usr/local/bin/ \${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/ maillog_text \"\${maillog_text}\")
  file(WRITE ${CMAKE_BINARY_DIR}/maillog_exporter.service \"\${maillog_text}\")" COMPONENT unit)
install(FILES ${CMAKE_BINARY_DIR}/maillog_exporter.service DESTINATION lib/systemd/system COMPONENT unit)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/config.example.yml ${CMAKE_SOURCE_DIR}/deploy/web-config.example.yml
              ${CMAKE_SOURCE_DIR}/deploy/systemd/maillog-report.service ${CMAKE_SOURCE_DIR}/deploy/systemd/maillog-report.timer
              ${CMAKE_SOURCE_DIR}/deploy/systemd/root-logs.conf ${CMAKE_SOURCE_DIR}/deploy/systemd/tls.conf
              ${CMAKE_SOURCE_DIR}/LICENSE
        DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT examples)
