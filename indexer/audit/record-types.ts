/**
 * The record types of the audit stream, as far as their number matters: it decides whether a record ends its event.
 * Numbers are those of linux/audit.h and libaudit; a type that is not listed never ends an event.
 */

/** Types below 1300, from 2100 on, and the few between that end an event: by name, because auditd sends names. */
const NAMES_THAT_END = new Set(
  [
    'USER LOGIN',
    'USER_AUTH USER_ACCT USER_MGMT CRED_ACQ CRED_DISP USER_START USER_END USER_AVC USER_CHAUTHTOK USER_ERR',
    'CRED_REFR USYS_CONFIG USER_LOGIN USER_LOGOUT ADD_USER DEL_USER ADD_GROUP DEL_GROUP DAC_CHECK CHGRP_ID TEST',
    'TRUSTED_APP USER_SELINUX_ERR USER_CMD USER_TTY CHUSER_ID GRP_AUTH SYSTEM_BOOT SYSTEM_SHUTDOWN',
    'SYSTEM_RUNLEVEL SERVICE_START SERVICE_STOP GRP_MGMT GRP_CHAUTHTOK MAC_CHECK ACCT_LOCK ACCT_UNLOCK',
    'USER_DEVICE SOFTWARE_UPDATE',
    'DAEMON_START DAEMON_END DAEMON_ABORT DAEMON_CONFIG DAEMON_RECONFIG DAEMON_ROTATE DAEMON_RESUME DAEMON_ACCEPT',
    'DAEMON_CLOSE DAEMON_ERR',
    'EOE',
    'PROCTITLE',
    'MAC_UNLBL_ALLOW MAC_CIPSOV4_ADD MAC_CIPSOV4_DEL MAC_MAP_ADD MAC_MAP_DEL MAC_IPSEC_ADDSA MAC_IPSEC_DELSA',
    'MAC_IPSEC_ADDSPD MAC_IPSEC_DELSPD MAC_IPSEC_EVENT MAC_UNLBL_STCADD MAC_UNLBL_STCDEL MAC_CALIPSO_ADD',
    'MAC_CALIPSO_DEL',
    'KERNEL',
    'ANOM_LOGIN_FAILURES ANOM_LOGIN_TIME ANOM_LOGIN_SESSIONS ANOM_LOGIN_ACCT ANOM_LOGIN_LOCATION ANOM_MAX_DAC',
    'ANOM_MAX_MAC ANOM_AMTU_FAIL ANOM_RBAC_FAIL ANOM_RBAC_INTEGRITY_FAIL ANOM_CRYPTO_FAIL ANOM_ACCESS_FS',
    'ANOM_EXEC ANOM_MK_EXEC ANOM_ADD_ACCT ANOM_DEL_ACCT ANOM_MOD_ACCT ANOM_ROOT_TRANS ANOM_LOGIN_SERVICE',
    'ANOM_LOGIN_ROOT ANOM_ORIGIN_FAILURES ANOM_SESSION',
    'RESP_ANOMALY RESP_ALERT RESP_KILL_PROC RESP_TERM_ACCESS RESP_ACCT_REMOTE RESP_ACCT_LOCK_TIMED',
    'RESP_ACCT_UNLOCK_TIMED RESP_ACCT_LOCK RESP_TERM_LOCK RESP_SEBOOL RESP_EXEC RESP_SINGLE RESP_HALT',
    'RESP_ORIGIN_BLOCK RESP_ORIGIN_BLOCK_TIMED RESP_ORIGIN_UNBLOCK_TIMED',
    'USER_ROLE_CHANGE ROLE_ASSIGN ROLE_REMOVE LABEL_OVERRIDE LABEL_LEVEL_CHANGE USER_LABELED_EXPORT',
    'USER_UNLABELED_EXPORT DEV_ALLOC DEV_DEALLOC FS_RELABEL USER_MAC_POLICY_LOAD ROLE_MODIFY',
    'USER_MAC_CONFIG_CHANGE USER_MAC_STATUS',
    'CRYPTO_TEST_USER CRYPTO_PARAM_CHANGE_USER CRYPTO_LOGIN CRYPTO_LOGOUT CRYPTO_KEY_USER CRYPTO_FAILURE_USER',
    'CRYPTO_REPLAY_USER CRYPTO_SESSION CRYPTO_IKE_SA CRYPTO_IPSEC_SA',
    'VIRT_CONTROL VIRT_RESOURCE VIRT_MACHINE_ID VIRT_INTEGRITY_CHECK VIRT_CREATE VIRT_DESTROY VIRT_MIGRATE_IN',
    'VIRT_MIGRATE_OUT',
  ].flatMap((line) => line.split(' ')),
);

/** Types of kernel events that are often sent by number, because auditd's tables are older than the kernel. */
const BY_NUMBER: Readonly<Record<number, string>> = {
  1300: 'SYSCALL',
  1302: 'PATH',
  1305: 'CONFIG_CHANGE',
  1307: 'CWD',
  1320: 'EOE',
  1327: 'PROCTITLE',
  1336: 'URINGOP',
  1337: 'OPENAT2',
};

const NUMBERED = /^(?:UNKNOWN\[)?(\d{1,5})\]?$/;

/** 'UNKNOWN[1336]' and '1336' → 'URINGOP'; a name or an unknown number stays as it is. */
export function canonicalType(type: string): string {
  const number = NUMBERED.exec(type)?.[1];
  return (number && BY_NUMBER[Number(number)]) || type;
}

/** True when nothing of the same event can follow (auditd.conf(5), end_of_event_timeout). */
export function endsEvent(type: string): boolean {
  if (type === 'PATH' || type === 'SYSCALL' || type === 'CWD') return false;
  if (NAMES_THAT_END.has(type)) return true;
  const number = NUMBERED.exec(type)?.[1];
  return number !== undefined && numberEndsEvent(Number(number));
}

const FIRST_EVENT = 1300;
const PROCTITLE = 1327;
const EOE = 1320;
const MAC_UNLBL_ALLOW = 1406;
const MAC_CALIPSO_DEL = 1419;
const KERNEL = 2000;
const FIRST_ANOM_MSG = 2100;

function numberEndsEvent(type: number): boolean {
  return (
    type < FIRST_EVENT ||
    type >= FIRST_ANOM_MSG ||
    type === PROCTITLE ||
    type === EOE ||
    type === KERNEL ||
    (type >= MAC_UNLBL_ALLOW && type <= MAC_CALIPSO_DEL)
  );
}
