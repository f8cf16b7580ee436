/**
 * What a record that stands for itself says was done: its action, the kind of the event, and where its object is. In
 * the words of auparse_normalize(3), in our own where that has none. Types that only accompany others (PATH, CWD,
 * PROCTITLE ...) are not here.
 */
import { lazily } from './names/name-table.js';

export interface RecordAction {
  readonly eventKind: string;
  /** undefined when only its `op=` says it. */
  readonly action: string | undefined;
  readonly objectKind: string;
  /** The first of these fields that the record has. */
  readonly object: readonly string[];
  readonly secondary: string | undefined;
}

/** By kind of event. */
const KINDS: Readonly<Record<string, string>> = {
  'user-login':
    'USER_AUTH USER_ACCT CRED_ACQ CRED_DISP USER_START USER_END USER_CHAUTHTOK USER_ERR CRED_REFR USER_LOGIN ' +
    'USER_LOGOUT LOGIN',
  'group-change': 'GRP_AUTH CHGRP_ID',
  'user-account': 'USER_MGMT ADD_USER DEL_USER ADD_GROUP DEL_GROUP GRP_MGMT GRP_CHAUTHTOK ACCT_LOCK ACCT_UNLOCK',
  'system-services': 'KERNEL SYSTEM_BOOT SYSTEM_SHUTDOWN SYSTEM_RUNLEVEL SERVICE_START SERVICE_STOP',
  configuration:
    'USYS_CONFIG CONFIG_CHANGE NETFILTER_CFG FEATURE_CHANGE TIME_INJOFFSET TIME_ADJNTPVAL USER_DEVICE SOFTWARE_UPDATE ' +
    'DM_CTRL DM_EVENT',
  'dac-decision': 'SECCOMP',
  'user-space': 'USER TEST TRUSTED_APP USER_CMD CHUSER_ID DAC_CHECK',
  TTY: 'USER_TTY TTY',
  'audit-daemon':
    'DAEMON_START DAEMON_END DAEMON_ABORT DAEMON_CONFIG DAEMON_RECONFIG DAEMON_ROTATE DAEMON_RESUME DAEMON_ACCEPT ' +
    'DAEMON_CLOSE DAEMON_ERR EVENT_LISTENER',
  'mac-decision':
    'USER_SELINUX_ERR USER_AVC AVC SELINUX_ERR AVC_PATH MAC_CHECK APPARMOR_ALLOWED APPARMOR_DENIED APPARMOR_ERROR ' +
    'APPARMOR_KILL LANDLOCK_ACCESS IPE_ACCESS',
  integrity:
    'INTEGRITY_DATA INTEGRITY_METADATA INTEGRITY_STATUS INTEGRITY_HASH INTEGRITY_PCR INTEGRITY_RULE ' +
    'INTEGRITY_EVM_XATTR INTEGRITY_POLICY_RULE ANOM_RBAC_INTEGRITY_FAIL',
  anomaly:
    'ANOM_PROMISCUOUS ANOM_ABEND ANOM_LINK ANOM_CREAT ANOM_LOGIN_FAILURES ANOM_LOGIN_TIME ANOM_LOGIN_SESSIONS ' +
    'ANOM_LOGIN_ACCT ANOM_LOGIN_LOCATION ANOM_MAX_DAC ANOM_MAX_MAC ANOM_AMTU_FAIL ANOM_RBAC_FAIL ANOM_CRYPTO_FAIL ' +
    'ANOM_ACCESS_FS ANOM_EXEC ANOM_MK_EXEC ANOM_ADD_ACCT ANOM_DEL_ACCT ANOM_MOD_ACCT ANOM_ROOT_TRANS ' +
    'ANOM_LOGIN_SERVICE ANOM_LOGIN_ROOT ANOM_ORIGIN_FAILURES ANOM_SESSION',
  'anomaly-response':
    'RESP_ANOMALY RESP_ALERT RESP_KILL_PROC RESP_TERM_ACCESS RESP_ACCT_REMOTE RESP_ACCT_LOCK_TIMED ' +
    'RESP_ACCT_UNLOCK_TIMED RESP_ACCT_LOCK RESP_TERM_LOCK RESP_SEBOOL RESP_EXEC RESP_SINGLE RESP_HALT ' +
    'RESP_ORIGIN_BLOCK RESP_ORIGIN_BLOCK_TIMED RESP_ORIGIN_UNBLOCK_TIMED',
  mac:
    'MAC_POLICY_LOAD MAC_STATUS MAC_CONFIG_CHANGE MAC_UNLBL_ALLOW MAC_CIPSOV4_ADD MAC_CIPSOV4_DEL MAC_MAP_ADD ' +
    'MAC_MAP_DEL MAC_IPSEC_EVENT MAC_UNLBL_STCADD MAC_UNLBL_STCDEL MAC_CALIPSO_ADD MAC_CALIPSO_DEL ' +
    'APPARMOR_AUDIT APPARMOR_HINT APPARMOR_STATUS IPE_CONFIG_CHANGE IPE_POLICY_LOAD USER_ROLE_CHANGE ROLE_ASSIGN ROLE_REMOVE LABEL_OVERRIDE ' +
    'LABEL_LEVEL_CHANGE USER_LABELED_EXPORT USER_UNLABELED_EXPORT DEV_ALLOC DEV_DEALLOC FS_RELABEL ' +
    'USER_MAC_POLICY_LOAD ROLE_MODIFY USER_MAC_CONFIG_CHANGE USER_MAC_STATUS',
  crypto:
    'CRYPTO_TEST_USER CRYPTO_PARAM_CHANGE_USER CRYPTO_LOGIN CRYPTO_LOGOUT CRYPTO_KEY_USER CRYPTO_FAILURE_USER ' +
    'CRYPTO_REPLAY_USER CRYPTO_SESSION CRYPTO_IKE_SA CRYPTO_IPSEC_SA',
  virt:
    'VIRT_CONTROL VIRT_RESOURCE VIRT_MACHINE_ID VIRT_INTEGRITY_CHECK VIRT_CREATE VIRT_DESTROY VIRT_MIGRATE_IN ' +
    'VIRT_MIGRATE_OUT',
  'audit-rule': 'KERN_MODULE',
  'av-decision': 'FANOTIFY',
  bpf: 'BPF',
};

const ACTIONS = `
USER sent-message LOGIN changed-login-id-to USER_AUTH authenticated USER_ACCT was-authorized
USER_MGMT modified-user-account CRED_ACQ acquired-credentials CRED_DISP disposed-credentials
USER_START started-session USER_END ended-session USER_AVC accessed-mac-policy-controlled-object
USER_CHAUTHTOK changed-password USER_ERR caused-account-error CRED_REFR refreshed-credentials
USYS_CONFIG changed-configuration USER_LOGIN logged-in USER_LOGOUT logged-out ADD_USER added-user-account
DEL_USER deleted-user-account ADD_GROUP added-group-account-to DEL_GROUP deleted-group-account-from
DAC_CHECK access-result CHGRP_ID changed-group TEST sent-test USER_SELINUX_ERR access-error USER_CMD ran-command
USER_TTY typed CHUSER_ID changed-user-id GRP_AUTH authenticated-to-group SYSTEM_BOOT booted-system
SYSTEM_SHUTDOWN shutdown-system SYSTEM_RUNLEVEL changed-to-runlevel SERVICE_START started-service
SERVICE_STOP stopped-service GRP_MGMT modified-group-account GRP_CHAUTHTOK changed-group-password
MAC_CHECK mac-permission ACCT_LOCK locked-account ACCT_UNLOCK unlocked-account USER_DEVICE configured-device
SOFTWARE_UPDATE installed-software DAEMON_START started-audit DAEMON_END shutdown-audit
DAEMON_ABORT aborted-auditd-startup DAEMON_CONFIG changed-auditd-configuration DAEMON_RECONFIG reconfigured-auditd
DAEMON_ROTATE rotated-audit-logs DAEMON_RESUME resumed-audit-logging DAEMON_ACCEPT remote-audit-connected
DAEMON_CLOSE remote-audit-disconnected DAEMON_ERR audit-error CONFIG_CHANGE changed-audit-configuration TTY typed
NETFILTER_CFG loaded-firewall-rule-to SECCOMP called-seccomp-controlled-syscall
FEATURE_CHANGE changed-audit-feature KERN_MODULE loaded-kernel-module FANOTIFY accessed-policy-controlled-file
AVC accessed-mac-policy-controlled-object SELINUX_ERR access-error
APPARMOR_ALLOWED accessed-mac-policy-controlled-object APPARMOR_DENIED accessed-mac-policy-controlled-object
LANDLOCK_ACCESS accessed-mac-policy-controlled-object
MAC_POLICY_LOAD loaded-selinux-policy MAC_STATUS changed-selinux-enforcement-to
MAC_CONFIG_CHANGE changed-selinux-boolean MAC_MAP_ADD added-mac-network-domain-mapping-to
MAC_MAP_DEL deleted-mac-network-domain-mapping-from ANOM_PROMISCUOUS changed-socket-promiscuous-mode
ANOM_ABEND crashed-program ANOM_LINK used-suspicious-link ANOM_CREAT created-suspicious-file
TIME_INJOFFSET changed-system-time TIME_ADJNTPVAL changed-system-time KERNEL initialized-audit-subsystem
ANOM_LOGIN_FAILURES failed-log-in-too-many-times-to ANOM_LOGIN_TIME attempted-log-in-during-unusual-hour-to
ANOM_LOGIN_SESSIONS opened-too-many-sessions-to ANOM_LOGIN_LOCATION attempted-log-in-from-unusual-place-to
ANOM_RBAC_INTEGRITY_FAIL tested-file-system-integrity-of ANOM_EXEC attempted-execution-of-forbidden-program
USER_ROLE_CHANGE changed-role-to ROLE_ASSIGN assigned-user-role-to ROLE_REMOVE removed-user-role-from
LABEL_OVERRIDE overrode-label-of LABEL_LEVEL_CHANGE modified-level-of FS_RELABEL relabeled-filesystem
USER_MAC_POLICY_LOAD loaded-mac-policy ROLE_MODIFY modified-role USER_MAC_CONFIG_CHANGE changed-mac-configuration
USER_MAC_STATUS changed-selinux-enforcement-to CRYPTO_LOGIN crypto-officer-logged-in
CRYPTO_LOGOUT crypto-officer-logged-out CRYPTO_KEY_USER negotiated-crypto-key CRYPTO_SESSION started-crypto-session
VIRT_CONTROL issued-vm-control VIRT_RESOURCE assigned-vm-resource VIRT_MACHINE_ID assigned-vm-id
VIRT_INTEGRITY_CHECK checked-integrity-of VIRT_CREATE created-vm-image VIRT_DESTROY deleted-vm-image
VIRT_MIGRATE_IN migrated-vm-from VIRT_MIGRATE_OUT migrated-vm-to BPF changed-bpf-program EVENT_LISTENER connected-to
INTEGRITY_DATA checked-integrity-of INTEGRITY_METADATA checked-integrity-of INTEGRITY_HASH checked-integrity-of
INTEGRITY_STATUS changed-integrity-status INTEGRITY_PCR changed-integrity-measurement
INTEGRITY_RULE matched-integrity-rule INTEGRITY_POLICY_RULE changed-integrity-policy
INTEGRITY_EVM_XATTR changed-integrity-attributes
ANOM_LOGIN_ACCT attempted-log-in-to-watched-account ANOM_LOGIN_SERVICE attempted-log-in-to-service-account
ANOM_LOGIN_ROOT attempted-log-in-as-root ANOM_ORIGIN_FAILURES failed-log-in-too-many-times-from
ANOM_SESSION had-anomalous-session ANOM_MAX_DAC reached-limit-of-dac-failures
ANOM_MAX_MAC reached-limit-of-mac-failures ANOM_AMTU_FAIL failed-machine-test ANOM_RBAC_FAIL failed-rbac-test
ANOM_CRYPTO_FAIL failed-crypto-test ANOM_ACCESS_FS accessed-watched-file ANOM_MK_EXEC made-executable
ANOM_ADD_ACCT added-user-account ANOM_DEL_ACCT deleted-user-account ANOM_MOD_ACCT modified-user-account
ANOM_ROOT_TRANS became-root RESP_ANOMALY responded-to-anomaly RESP_ALERT sent-alert RESP_KILL_PROC killed-process
RESP_TERM_ACCESS terminated-session RESP_ACCT_REMOTE locked-remote-access-of
RESP_ACCT_LOCK_TIMED locked-account-for-a-time RESP_ACCT_UNLOCK_TIMED unlocked-account RESP_ACCT_LOCK locked-account
RESP_TERM_LOCK locked-terminal RESP_SEBOOL changed-selinux-boolean RESP_EXEC executed RESP_SINGLE changed-to-single-user
RESP_HALT shutdown-system RESP_ORIGIN_BLOCK blocked-address RESP_ORIGIN_BLOCK_TIMED blocked-address-for-a-time
RESP_ORIGIN_UNBLOCK_TIMED unblocked-address CRYPTO_TEST_USER tested-crypto
CRYPTO_PARAM_CHANGE_USER changed-crypto-parameter CRYPTO_FAILURE_USER failed-crypto-operation
CRYPTO_REPLAY_USER detected-crypto-replay CRYPTO_IKE_SA negotiated-ike-association
CRYPTO_IPSEC_SA negotiated-ipsec-association MAC_CIPSOV4_ADD added-cipso-mapping MAC_CIPSOV4_DEL deleted-cipso-mapping
MAC_CALIPSO_ADD added-calipso-mapping MAC_CALIPSO_DEL deleted-calipso-mapping
MAC_UNLBL_ALLOW changed-unlabeled-network-traffic MAC_UNLBL_STCADD added-static-network-label
MAC_UNLBL_STCDEL deleted-static-network-label MAC_IPSEC_EVENT changed-labeled-ipsec DEV_ALLOC allocated-device
DEV_DEALLOC deallocated-device USER_LABELED_EXPORT exported-labeled-object
USER_UNLABELED_EXPORT exported-unlabeled-object APPARMOR_AUDIT accessed-mac-policy-controlled-object
APPARMOR_KILL accessed-mac-policy-controlled-object IPE_ACCESS accessed-policy-controlled-file
IPE_POLICY_LOAD loaded-mac-policy IPE_CONFIG_CHANGE changed-mac-configuration DM_CTRL changed-device-mapping
DM_EVENT reported-device-mapping
`;

/** Kind of the object, its fields, and after a colon the field of a second one. */
const OBJECTS: readonly (readonly [kind: string, fields: string, types: string])[] = [
  ['service', 'unit', 'SERVICE_START SERVICE_STOP'],
  ['service', '', 'DAEMON_START DAEMON_END DAEMON_ABORT DAEMON_CONFIG DAEMON_RECONFIG DAEMON_ROTATE DAEMON_RESUME'],
  ['service', '', 'DAEMON_ACCEPT DAEMON_CLOSE DAEMON_ERR SYSTEM_SHUTDOWN'],
  ['system', 'new-level', 'SYSTEM_RUNLEVEL'],
  ['system', 'feature', 'FEATURE_CHANGE'],
  ['system', '', 'SYSTEM_BOOT USYS_CONFIG TIME_INJOFFSET TIME_ADJNTPVAL KERNEL'],
  ['account', 'id acct', 'ROLE_ASSIGN ROLE_REMOVE USER_MGMT ACCT_LOCK ACCT_UNLOCK ADD_USER DEL_USER'],
  ['account', 'id grp acct', 'ADD_GROUP DEL_GROUP GRP_MGMT'],
  ['user-session', 'selected-context', 'USER_ROLE_CHANGE'],
  ['user-session', 'terminal', 'USER_START USER_END USER_ERR USER_LOGIN USER_LOGOUT'],
  ['user-session', 'acct', 'USER_AUTH USER_ACCT CRED_ACQ CRED_REFR CRED_DISP USER_CHAUTHTOK GRP_CHAUTHTOK GRP_AUTH'],
  [
    'user-session',
    'acct',
    'ANOM_LOGIN_FAILURES ANOM_LOGIN_TIME ANOM_LOGIN_SESSIONS ANOM_LOGIN_LOCATION ANOM_LOGIN_ACCT',
  ],
  ['user-session', 'acct', 'ANOM_LOGIN_SERVICE ANOM_LOGIN_ROOT ANOM_SESSION'],
  ['user-session', 'addr', 'ANOM_ORIGIN_FAILURES RESP_ORIGIN_BLOCK RESP_ORIGIN_BLOCK_TIMED RESP_ORIGIN_UNBLOCK_TIMED'],
  ['account', 'acct id', 'ANOM_ADD_ACCT ANOM_DEL_ACCT ANOM_MOD_ACCT RESP_ACCT_LOCK RESP_ACCT_LOCK_TIMED'],
  ['account', 'acct id', 'RESP_ACCT_UNLOCK_TIMED RESP_ACCT_REMOTE'],
  ['device', 'name dev module', 'DM_CTRL DM_EVENT'],
  ['file', 'path', 'IPE_ACCESS'],
  ['user-session', 'auid', 'LOGIN'],
  ['user-session', 'fp', 'CRYPTO_KEY_USER'],
  ['user-session', 'addr : rport', 'CRYPTO_SESSION'],
  ['process', 'cmd', 'ANOM_EXEC USER_CMD'],
  ['process', 'exe', 'ANOM_ABEND'],
  ['process', 'syscall', 'SECCOMP'],
  ['process', 'prog-id', 'BPF'],
  ['keystrokes', 'data', 'USER_TTY TTY'],
  ['device', 'device', 'USER_DEVICE'],
  ['software', 'sw : sw_type', 'SOFTWARE_UPDATE'],
  ['virtual-machine', 'vm', 'VIRT_MACHINE_ID VIRT_CREATE VIRT_DESTROY VIRT_MIGRATE_IN VIRT_MIGRATE_OUT'],
  ['virtual-machine', 'resrc : vm', 'VIRT_RESOURCE'],
  ['virtual-machine', 'op : vm', 'VIRT_CONTROL'],
  ['printer', 'printer', 'LABEL_LEVEL_CHANGE'],
  ['audit-config', 'key audit_enabled audit_pid audit_backlog_limit audit_failure actions list', 'CONFIG_CHANGE'],
  ['security-policy', 'bool', 'MAC_CONFIG_CHANGE'],
  ['security-policy', 'enforcing', 'MAC_STATUS USER_MAC_STATUS'],
  ['security-policy', 'nlbl_domain', 'MAC_MAP_ADD MAC_MAP_DEL'],
  ['security-policy', '', 'MAC_POLICY_LOAD LABEL_OVERRIDE DEV_ALLOC DEV_DEALLOC FS_RELABEL USER_MAC_POLICY_LOAD'],
  ['security-policy', '', 'ROLE_MODIFY USER_MAC_CONFIG_CHANGE MAC_UNLBL_ALLOW MAC_CIPSOV4_ADD MAC_CIPSOV4_DEL'],
  ['security-policy', '', 'MAC_UNLBL_STCADD MAC_UNLBL_STCDEL MAC_CALIPSO_ADD MAC_CALIPSO_DEL'],
  ['integrity-policy', '', 'INTEGRITY_STATUS INTEGRITY_PCR INTEGRITY_POLICY_RULE'],
  ['file', 'name file path', 'INTEGRITY_DATA INTEGRITY_METADATA INTEGRITY_HASH INTEGRITY_RULE INTEGRITY_EVM_XATTR'],
  ['file', 'name path', 'ANOM_LINK ANOM_CREAT FANOTIFY'],
  ['file-system', 'hostname', 'ANOM_RBAC_INTEGRITY_FAIL'],
  ['kernel-module', 'name', 'KERN_MODULE'],
  ['socket', 'dev', 'ANOM_PROMISCUOUS'],
  ['socket', 'nl-mcgrp', 'EVENT_LISTENER'],
  ['firewall', 'table', 'NETFILTER_CFG'],
  ['unknown', 'tcontext path name', 'USER_AVC SELINUX_ERR USER_SELINUX_ERR'],
  ['unknown', 'path name tcontext : tcontext', 'AVC APPARMOR_ALLOWED APPARMOR_DENIED APPARMOR_AUDIT APPARMOR_KILL'],
  ['unknown', 'addr', 'USER'],
];

const recordActions = lazily(makeTable);

/** undefined for a type that says nothing on its own. */
export function recordActionOf(type: string): RecordAction | undefined {
  return recordActions().get(type);
}

function makeTable(): ReadonlyMap<string, RecordAction> {
  const actions = pairs(ACTIONS);
  const objects = new Map(
    OBJECTS.flatMap(([kind, fields, types]) => types.split(' ').map((type) => [type, { kind, fields }] as const)),
  );
  const kinds = Object.entries(KINDS).flatMap(([kind, types]) => types.split(' ').map((type) => [type, kind] as const));
  return new Map(
    kinds.map(([type, eventKind]): [string, RecordAction] => {
      const { kind: objectKind = 'unknown', fields = '' } = objects.get(type) ?? {};
      const [object = '', secondary] = fields.split(' : ');
      return [type, { eventKind, action: actions[type], objectKind, object: object.split(' '), secondary }];
    }),
  );
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(Array.from(text.matchAll(/(\S+) (\S+)/g), ([, type, action]) => [type, action]));
}
