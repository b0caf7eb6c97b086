-- A ledger as version 0008 of it keeps two campaigns of one office, safety-2022 and safety-2023, which read one mailbox
-- and wrote letters on the same days; beside them a drill of each, and a simulation. Written by that version's own
-- methods (Ledger.register, enrol, file, enter, mails.file, mails.decide, mornings.answer and so on) in an SQLite file,
-- and taken out of it by iterdump of Python's sqlite3.
BEGIN TRANSACTION;
CREATE TABLE acknowledgements (
	id INTEGER NOT NULL,
	mail INTEGER NOT NULL,
	message_id VARCHAR(255) NOT NULL,
	subject TEXT NOT NULL,
	recipients JSON NOT NULL,
	data BLOB NOT NULL,
	state VARCHAR(20) NOT NULL,
	attempts INTEGER NOT NULL,
	detail TEXT NOT NULL,
	written_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(mail) REFERENCES mails (id),
	UNIQUE (mail),
	UNIQUE (message_id)
);
INSERT INTO "acknowledgements" VALUES(1,1,'<safety-2022.answer-1@xf.example>','回执','["jiading@xf.example"]',X'5375626A6563743A20616E737765720D0A0D0A','sent',1,'','2022-12-27 02:00:00.000000');
INSERT INTO "acknowledgements" VALUES(2,4,'<safety-2023.answer-2@xf.example>','回执','["jiading@xf.example"]',X'5375626A6563743A20616E737765720D0A0D0A','sent',1,'','2022-12-26 07:02:00.000000');
INSERT INTO "acknowledgements" VALUES(3,8,'<safety-2022.answer-5@xf.example>','回执','["jiading@xf.example"]',X'5375626A6563743A20616E737765720D0A0D0A','claimed',0,'','2022-12-26 07:05:00.000000');
INSERT INTO "acknowledgements" VALUES(4,9,'<safety-2023.answer-5@xf.example>','回执','["jiading@xf.example"]',X'5375626A6563743A20616E737765720D0A0D0A','sent',1,'','2022-12-26 07:05:00.000000');
INSERT INTO "acknowledgements" VALUES(5,15,'<safety-2023.answer-8@xf.example>','回执','["jiading@xf.example"]',X'5375626A6563743A20616E737765720D0A0D0A','claimed',0,'','2022-12-27 02:10:00.000000');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
CREATE TABLE bad_addresses (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	address VARCHAR(254) NOT NULL,
	mail INTEGER NOT NULL,
	since DATETIME NOT NULL,
	detail TEXT NOT NULL,
	cleared_at DATETIME,
	PRIMARY KEY (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id),
	FOREIGN KEY(mail) REFERENCES mails (id),
	CONSTRAINT one_mark_a_bounce UNIQUE (campaign, address, mail)
);
INSERT INTO "bad_addresses" VALUES(1,'safety-2022','anxi@xf.example',5,'2022-12-26 07:03:00.000000','查无此人','2022-12-27 06:00:00.000000');
INSERT INTO "bad_addresses" VALUES(2,'safety-2023','anxi@xf.example',6,'2022-12-26 07:03:00.000000','查无此人',NULL);
INSERT INTO "bad_addresses" VALUES(3,'safety-2023','datang@xf.example',20,'2022-12-26 07:11:00.000000','邮箱已满',NULL);
CREATE TABLE beginnings (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	carrier VARCHAR(20) NOT NULL,
	begun_at DATETIME,
	begun_by VARCHAR(80),
	listed JSON,
	copies VARCHAR(20),
	first_on DATE,
	PRIMARY KEY (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id)
);
INSERT INTO "beginnings" VALUES(1,'safety-2022','smtp','2022-04-18 00:30:00.000000','王',NULL,NULL,'2022-04-18');
INSERT INTO "beginnings" VALUES(2,'safety-2023','smtp','2022-12-20 00:30:00.000000','王',NULL,NULL,'2022-12-20');
CREATE TABLE calls (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	unit VARCHAR(80) NOT NULL,
	called_at DATETIME NOT NULL,
	whom TEXT NOT NULL,
	note TEXT NOT NULL,
	entered_by VARCHAR(80) NOT NULL,
	entered_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id)
);
INSERT INTO "calls" VALUES(1,'safety-2022','datang','2022-12-27 07:00:00.000000','陈主任','','王','2022-12-27 07:05:00.000000');
INSERT INTO "calls" VALUES(2,'safety-2023','anxi','2022-12-27 07:10:00.000000','刘所长','','王','2022-12-27 07:15:00.000000');
CREATE TABLE campaigns (
	id VARCHAR(80) NOT NULL,
	simulated BOOLEAN NOT NULL,
	seed INTEGER,
	opened_at DATETIME NOT NULL, "key" VARCHAR(64), judged_under TEXT, closed_at DATETIME, closed_by VARCHAR(80), final_letter INTEGER,
	PRIMARY KEY (id)
);
INSERT INTO "campaigns" VALUES('safety-2022',0,NULL,'2022-04-18 00:30:00.000000','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','mx.example','2022-12-27 08:00:00.000000','王',7);
INSERT INTO "campaigns" VALUES('safety-2023',0,NULL,'2022-12-20 00:30:00.000000','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','mx2.example',NULL,NULL,NULL);
INSERT INTO "campaigns" VALUES('safety-2022~drill',0,NULL,'2022-12-21 00:30:00.000000',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "campaigns" VALUES('safety-2023~drill',0,NULL,'2022-12-21 00:30:00.000000',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "campaigns" VALUES('exercise',1,1,'2022-04-01 00:30:00.000000','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc',NULL,NULL,NULL,NULL);
CREATE TABLE copies (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	unit VARCHAR(80) NOT NULL,
	asked_at DATETIME NOT NULL,
	decision VARCHAR(20),
	decided_by VARCHAR(80),
	decided_at DATETIME,
	PRIMARY KEY (id),
	CONSTRAINT one_approval_a_unit UNIQUE (campaign, unit),
	FOREIGN KEY(campaign) REFERENCES campaigns (id)
);
INSERT INTO "copies" VALUES(1,'safety-2022','jiading','2022-12-26 00:30:00.000000',NULL,NULL,NULL);
INSERT INTO "copies" VALUES(2,'safety-2022','datang','2022-12-26 00:30:00.000000','declined','王','2022-12-26 02:00:00.000000');
INSERT INTO "copies" VALUES(3,'safety-2023','jiading','2022-12-26 00:30:00.000000','approved','王','2022-12-26 02:00:00.000000');
INSERT INTO "copies" VALUES(4,'safety-2023','datang','2022-12-26 00:30:00.000000','approved','李','2022-12-26 02:30:00.000000');
INSERT INTO "copies" VALUES(5,'safety-2023','anxi','2022-12-26 00:30:00.000000',NULL,NULL,NULL);
CREATE TABLE events (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	"plan" VARCHAR(80) NOT NULL,
	requirement VARCHAR(80) NOT NULL,
	number INTEGER NOT NULL,
	day DATE NOT NULL,
	label VARCHAR(80) NOT NULL,
	units JSON NOT NULL,
	opened_by VARCHAR(80) NOT NULL,
	opened_at DATETIME NOT NULL,
	token VARCHAR(64),
	PRIMARY KEY (id),
	CONSTRAINT one_number_an_event UNIQUE (campaign, "plan", requirement, number),
	FOREIGN KEY(campaign) REFERENCES campaigns (id)
);
INSERT INTO "events" VALUES(1,'safety-2022','mines','accident',1,'2022-12-26','透水','["jiading"]','王','2022-12-26 03:00:00.000000','t1');
INSERT INTO "events" VALUES(2,'safety-2023','parks','accident',1,'2022-12-26','火灾','["jiading"]','王','2022-12-26 03:00:00.000000','t2');
INSERT INTO "events" VALUES(3,'safety-2023','parks','accident',-1,'2022-12-26','火灾','[]','李','2022-12-26 04:00:00.000000',NULL);
CREATE TABLE evidence (
	id INTEGER NOT NULL,
	mail INTEGER NOT NULL,
	obligation INTEGER NOT NULL,
	name TEXT NOT NULL,
	path TEXT NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	size BIGINT NOT NULL,
	type TEXT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(mail) REFERENCES mails (id),
	FOREIGN KEY(obligation) REFERENCES obligations (id),
	CONSTRAINT one_copy_a_file UNIQUE (obligation, mail, path)
);
INSERT INTO "evidence" VALUES(1,1,9,'报告.docx','safety-2022/skills/1-报告.docx','0000000000000000000000000000000000000000000000000000000000000001',10,'application/octet-stream');
INSERT INTO "evidence" VALUES(2,4,18,'报告.docx','safety-2023/skills/2-报告.docx','0000000000000000000000000000000000000000000000000000000000000002',10,'application/octet-stream');
INSERT INTO "evidence" VALUES(3,8,3,'报告.docx','safety-2022/mines/5-报告.docx','0000000000000000000000000000000000000000000000000000000000000005',10,'application/octet-stream');
INSERT INTO "evidence" VALUES(4,9,15,'报告.docx','safety-2023/parks/5-报告.docx','0000000000000000000000000000000000000000000000000000000000000005',10,'application/octet-stream');
INSERT INTO "evidence" VALUES(5,15,17,'报告.docx','safety-2023/skills/8-报告.docx','0000000000000000000000000000000000000000000000000000000000000008',10,'application/octet-stream');
INSERT INTO "evidence" VALUES(6,18,9,'报告.docx','safety-2022/skills/10-报告.docx','000000000000000000000000000000000000000000000000000000000000000a',10,'application/octet-stream');
CREATE TABLE exports (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	message_id VARCHAR(255) NOT NULL,
	subject TEXT NOT NULL,
	recipients JSON NOT NULL,
	state VARCHAR(20) NOT NULL,
	attempts INTEGER NOT NULL,
	detail TEXT NOT NULL,
	written_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id),
	UNIQUE (message_id)
);
INSERT INTO "exports" VALUES(1,'safety-2022','<safety-2022.export@xf.example>','报送情况表','["office@xf.example"]','claimed',0,'','2022-12-26 09:00:00.000000');
INSERT INTO "exports" VALUES(2,'safety-2023','<safety-2023.export@xf.example>','报送情况表','["office@xf.example"]','claimed',0,'','2022-12-26 09:00:00.000000');
CREATE TABLE halts (
	id INTEGER NOT NULL,
	account VARCHAR(320) NOT NULL,
	at DATETIME NOT NULL,
	reason TEXT NOT NULL, day DATE, login BOOLEAN DEFAULT 0 NOT NULL,
	PRIMARY KEY (id)
);
INSERT INTO "halts" VALUES(1,'office@xf.example','2022-12-27 00:40:00.000000','535','2022-12-27',1);
CREATE TABLE leases (
	id INTEGER NOT NULL,
	kind VARCHAR(20) NOT NULL,
	thing VARCHAR(250) NOT NULL,
	holder VARCHAR(120) NOT NULL,
	until DATETIME NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT one_holder_a_thing UNIQUE (kind, thing)
);
INSERT INTO "leases" VALUES(1,'letter','safety-2023/2022-12-27.1/datang','boot/ns/1/1/a','2022-12-28 00:31:30.000000');
INSERT INTO "leases" VALUES(2,'answer','<safety-2022.answer-5@xf.example>','boot/ns/1/1/a','2022-12-28 00:31:30.000000');
INSERT INTO "leases" VALUES(3,'letter','safety-2022/2022-12-28/jiading','boot/ns/1/1/a','2022-12-28 00:31:30.000000');
INSERT INTO "leases" VALUES(4,'letter','safety-2023/2022-12-28/jiading','boot/ns/1/1/a','2022-12-28 00:31:30.000000');
INSERT INTO "leases" VALUES(5,'connection','smtp://office@xf.example#1','boot/ns/1/1/a','2022-12-28 00:31:30.000000');
CREATE TABLE "letters" (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	addressee VARCHAR(80) NOT NULL,
	day DATE NOT NULL,
	revision INTEGER DEFAULT '0' NOT NULL,
	message_id VARCHAR(255) NOT NULL,
	subject TEXT NOT NULL,
	recipients JSON NOT NULL,
	state VARCHAR(20) NOT NULL,
	attempts INTEGER NOT NULL,
	boot VARCHAR(40),
	detail TEXT NOT NULL,
	written_at DATETIME NOT NULL,
	code VARCHAR(40),
	carrier VARCHAR(20) DEFAULT 'outbox' NOT NULL,
	own JSON,
	refused JSON DEFAULT '[]' NOT NULL,
	bounced JSON DEFAULT '[]' NOT NULL,
	"deferred" JSON DEFAULT '[]' NOT NULL,
	entries INTEGER,
	listed BOOLEAN DEFAULT 0 NOT NULL,
	copied BOOLEAN DEFAULT 0 NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT one_letter_a_morning UNIQUE (campaign, addressee, day, revision),
	UNIQUE (message_id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id)
);
INSERT INTO "letters" VALUES(1,'safety-2022','jiading','2022-12-19',0,'<safety-2022.jiading.2022-12-19.0@xf.example>','催报 2022-12-19','["jiading@xf.example"]','sent',1,'boot','','2022-12-19 00:30:00.000000','XF-221219-T01','smtp','["jiading@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032322E6A696164696E672E323032322D31322D31392E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(2,'safety-2022','jiading','2022-12-19',1,'<safety-2022.jiading.2022-12-19.1@xf.example>','催报 2022-12-19','["jiading@xf.example"]','sent',1,'boot','','2022-12-19 00:30:00.000000','XF-221219-T01b','smtp','["jiading@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032322E6A696164696E672E323032322D31322D31392E314078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(3,'safety-2022','jiading','2022-12-26',0,'<safety-2022.jiading.2022-12-26.0@xf.example>','催报 2022-12-26','["jiading@xf.example"]','sent',1,'boot','','2022-12-26 00:30:00.000000','XF-221226-T01','smtp','["jiading@xf.example"]','[]','[]','[]',0,1,0,X'4D6573736167652D49443A203C7361666574792D323032322E6A696164696E672E323032322D31322D32362E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(4,'safety-2022','datang','2022-12-26',0,'<safety-2022.datang.2022-12-26.0@xf.example>','催报 2022-12-26','["datang@xf.example"]','sent',1,'boot','','2022-12-26 00:30:00.000000','XF-221226-T02','smtp','["datang@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032322E646174616E672E323032322D31322D32362E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(5,'safety-2022','office','2022-12-26',0,'<safety-2022.office.2022-12-26.0@xf.example>','催报 2022-12-26','["office@xf.example"]','sent',1,'boot','','2022-12-26 00:30:00.000000',NULL,'smtp','["office@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032322E6F66666963652E323032322D31322D32362E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(6,'safety-2022','jiading','2022-12-27',0,'<safety-2022.jiading.2022-12-27.0@xf.example>','催报 2022-12-27','["jiading@xf.example"]','sent',1,'boot','','2022-12-27 00:30:00.000000','XF-221227-T01','smtp','["jiading@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032322E6A696164696E672E323032322D31322D32372E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(7,'safety-2022','office','2022-12-28',0,'<safety-2022.office.2022-12-28.0@xf.example>','催报 2022-12-28','["office@xf.example"]','sent',1,'boot','','2022-12-28 00:30:00.000000',NULL,'smtp','["office@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032322E6F66666963652E323032322D31322D32382E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(8,'safety-2023','jiading','2022-12-26',0,'<safety-2023.jiading.2022-12-26.0@xf.example>','催报 2022-12-26','["jiading@xf.example"]','sent',1,'boot','','2022-12-26 00:30:00.000000','XF-221226-T01','smtp','["jiading@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032332E6A696164696E672E323032322D31322D32362E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(9,'safety-2023','datang','2022-12-26',0,'<safety-2023.datang.2022-12-26.0@xf.example>','催报 2022-12-26','["datang@xf.example"]','sent',1,'boot','','2022-12-26 00:30:00.000000','XF-221226-T02b','smtp','["datang@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032332E646174616E672E323032322D31322D32362E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(10,'safety-2023','anxi','2022-12-26',0,'<safety-2023.anxi.2022-12-26.0@xf.example>','催报 2022-12-26','["anxi@xf.example"]','partial',1,'boot','','2022-12-26 00:30:00.000000','XF-221226-T03','smtp','["anxi@xf.example"]','[]','[]','[]',0,0,1,X'4D6573736167652D49443A203C7361666574792D323032332E616E78692E323032322D31322D32362E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(11,'safety-2023','jiading','2022-12-27',0,'<safety-2023.jiading.2022-12-27.0@xf.example>','催报 2022-12-27','["jiading@xf.example"]','sent',1,'boot','','2022-12-27 00:30:00.000000','XF-221227-T01c','smtp','["jiading@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032332E6A696164696E672E323032322D31322D32372E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(12,'safety-2023','jiading','2022-12-27',1,'<safety-2023.jiading.2022-12-27.1@xf.example>','催报 2022-12-27','["jiading@xf.example"]','sent',1,'boot','','2022-12-27 00:30:00.000000','XF-221227-T01d','smtp','["jiading@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032332E6A696164696E672E323032322D31322D32372E314078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(13,'safety-2023','office','2022-12-27',1,'<safety-2023.office.2022-12-27.1@xf.example>','催报 2022-12-27','["office@xf.example"]','sent',1,'boot','','2022-12-27 00:30:00.000000',NULL,'smtp','["office@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032332E6F66666963652E323032322D31322D32372E314078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(14,'safety-2023','datang','2022-12-27',1,'<safety-2023.datang.2022-12-27.1@xf.example>','催报 2022-12-27','["datang@xf.example"]','claimed',0,'boot','','2022-12-27 00:30:00.000000','XF-221227-T02','smtp','["datang@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032332E646174616E672E323032322D31322D32372E314078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(15,'safety-2022~drill','jiading','2022-12-26',0,'<safety-2022~drill.jiading.2022-12-26.0@xf.example>','催报 2022-12-26','["jiading@xf.example"]','sent',1,'boot','','2022-12-26 00:30:00.000000','XF-221226-T01','smtp','["jiading@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032327E6472696C6C2E6A696164696E672E323032322D31322D32362E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(16,'safety-2023~drill','jiading','2022-12-26',0,'<safety-2023~drill.jiading.2022-12-26.0@xf.example>','催报 2022-12-26','["jiading@xf.example"]','sent',1,'boot','','2022-12-26 00:30:00.000000','XF-221226-T09','smtp','["jiading@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C7361666574792D323032337E6472696C6C2E6A696164696E672E323032322D31322D32362E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
INSERT INTO "letters" VALUES(17,'exercise','jiading','2022-12-26',0,'<exercise.jiading.2022-12-26.0@xf.example>','催报 2022-12-26','["jiading@xf.example"]','sent',1,'boot','','2022-12-26 00:30:00.000000','XF-221226-T01','smtp','["jiading@xf.example"]','[]','[]','[]',0,0,0,X'4D6573736167652D49443A203C65786572636973652E6A696164696E672E323032322D31322D32362E304078662E6578616D706C653E0D0A0D0AE582ACE68AA5');
CREATE TABLE mails (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	identity VARCHAR(64) NOT NULL,
	message_id TEXT NOT NULL,
	sender TEXT NOT NULL,
	sender_name TEXT NOT NULL,
	subject TEXT NOT NULL,
	"references" JSON NOT NULL,
	arrived_at DATETIME NOT NULL,
	read_at DATETIME NOT NULL,
	verdict VARCHAR(20) NOT NULL,
	reason TEXT NOT NULL,
	unit VARCHAR(80),
	guesses JSON NOT NULL,
	files JSON NOT NULL,
	raw TEXT,
	answerable BOOLEAN NOT NULL,
	decision VARCHAR(20),
	decided_by VARCHAR(80),
	decided_at DATETIME,
	decision_note TEXT, vouched VARCHAR(20), waits VARCHAR(20), names JSON DEFAULT '[]' NOT NULL, certain BOOLEAN DEFAULT 0 NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id),
	CONSTRAINT one_reading_a_mail UNIQUE (campaign, identity)
);
INSERT INTO "mails" VALUES(1,'safety-2022','0000000000000000000000000000000000000000000000000000000000000001','<1@client.example>','jiading@xf.example','','来信 1','[]','2022-12-26 07:01:00.000000','2022-12-27 01:00:00.000000','queue','','jiading','[["skills", "interim", "2022-12-25", "jiading"]]','["\u62a5\u544a.docx"]','safety-2022/mails/1.eml',1,'received','王','2022-12-27 02:00:00.000000','已核实',NULL,NULL,'[["skills", "interim", "2022-12-25", "jiading"], ["mines", "monthly", "2022-12", "jiading"]]',1);
INSERT INTO "mails" VALUES(2,'safety-2023','0000000000000000000000000000000000000000000000000000000000000001','<1@client.example>','jiading@xf.example','','来信 1','[]','2022-12-26 07:01:00.000000','2022-12-27 01:00:00.000000','queue','','jiading','[["skills", "interim", "2022-12-25", "jiading"]]','["\u62a5\u544a.docx"]','safety-2023/mails/1.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[["skills", "interim", "2022-12-25", "jiading"]]',1);
INSERT INTO "mails" VALUES(3,'safety-2022','0000000000000000000000000000000000000000000000000000000000000002','<2@client.example>','jiading@xf.example','','来信 2','[]','2022-12-26 07:02:00.000000','2022-12-27 01:00:00.000000','queue','','jiading','[["mines", "monthly", "2022-12", "jiading"]]','["\u62a5\u544a.docx"]','safety-2022/mails/2.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[["mines", "monthly", "2022-12", "jiading"]]',1);
INSERT INTO "mails" VALUES(4,'safety-2023','0000000000000000000000000000000000000000000000000000000000000002','<2@client.example>','jiading@xf.example','','来信 2','[]','2022-12-26 07:02:00.000000','2022-12-27 01:00:00.000000','receipt','','jiading','[["skills", "interim", "2022-12-25", "jiading"]]','["\u62a5\u544a.docx"]','safety-2023/mails/2.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[["skills", "interim", "2022-12-25", "jiading"]]',1);
INSERT INTO "mails" VALUES(5,'safety-2022','0000000000000000000000000000000000000000000000000000000000000003','<3@client.example>','mailer-daemon@mx.example','','来信 3','[]','2022-12-26 07:03:00.000000','2022-12-27 01:00:00.000000','bounce','','anxi','[]','["\u62a5\u544a.docx"]','safety-2022/mails/3.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[]',1);
INSERT INTO "mails" VALUES(6,'safety-2023','0000000000000000000000000000000000000000000000000000000000000003','<3@client.example>','mailer-daemon@mx.example','','来信 3','[]','2022-12-26 07:03:00.000000','2022-12-27 01:00:00.000000','bounce','','anxi','[]','["\u62a5\u544a.docx"]','safety-2023/mails/3.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[]',1);
INSERT INTO "mails" VALUES(7,'safety-2023','0000000000000000000000000000000000000000000000000000000000000004','<4@client.example>','datang@xf.example','','来信 4','[]','2022-12-26 07:04:00.000000','2022-12-27 01:00:00.000000','queue','','datang','[["parks", "monthly", "2022-12", "datang"]]','["\u62a5\u544a.docx"]','safety-2023/mails/4.eml',1,NULL,NULL,NULL,NULL,NULL,'trust','[]',1);
INSERT INTO "mails" VALUES(8,'safety-2022','0000000000000000000000000000000000000000000000000000000000000005','<5@client.example>','jiading@xf.example','','来信 5','[]','2022-12-26 07:05:00.000000','2022-12-27 01:00:00.000000','receipt','','jiading','[]','["\u62a5\u544a.docx"]','safety-2022/mails/5.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[["mines", "monthly", "2022-12", "jiading"]]',1);
INSERT INTO "mails" VALUES(9,'safety-2023','0000000000000000000000000000000000000000000000000000000000000005','<5@client.example>','jiading@xf.example','','来信 5','[]','2022-12-26 07:05:00.000000','2022-12-27 01:00:00.000000','receipt','','jiading','[]','["\u62a5\u544a.docx"]','safety-2023/mails/5.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[["parks", "monthly", "2022-12", "jiading"]]',1);
INSERT INTO "mails" VALUES(10,'safety-2022','0000000000000000000000000000000000000000000000000000000000000006','<6@client.example>','x@client.example','','来信 6','[]','2022-12-26 07:06:00.000000','2022-12-27 01:00:00.000000','ignored','',NULL,'[]','["\u62a5\u544a.docx"]','safety-2022/mails/6.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[]',0);
INSERT INTO "mails" VALUES(11,'safety-2023','0000000000000000000000000000000000000000000000000000000000000006','<6@client.example>','x@client.example','','来信 6','[]','2022-12-26 07:06:00.000000','2022-12-27 01:00:00.000000','ignored','',NULL,'[]','["\u62a5\u544a.docx"]','safety-2023/mails/6.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[]',0);
INSERT INTO "mails" VALUES(12,'safety-2022','0000000000000000000000000000000000000000000000000000000000000007','<7@client.example>','jiading@xf.example','','来信 7','[]','2022-12-26 07:07:00.000000','2022-12-27 01:00:00.000000','queue','','jiading','[["mines", "monthly", "2022-12", "jiading"]]','["\u62a5\u544a.docx"]','safety-2022/mails/7.eml',1,'dismissed','李','2022-12-27 02:05:00.000000','不是报送',NULL,NULL,'[]',1);
INSERT INTO "mails" VALUES(13,'safety-2023','0000000000000000000000000000000000000000000000000000000000000007','<7@client.example>','jiading@xf.example','','来信 7','[]','2022-12-26 07:07:00.000000','2022-12-27 01:00:00.000000','queue','','jiading','[["parks", "monthly", "2022-12", "jiading"]]','["\u62a5\u544a.docx"]','safety-2023/mails/7.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[["parks", "monthly", "2022-12", "jiading"]]',1);
INSERT INTO "mails" VALUES(14,'safety-2022','0000000000000000000000000000000000000000000000000000000000000008','<8@client.example>','datang@xf.example','','来信 8','[]','2022-12-26 07:08:00.000000','2022-12-27 01:00:00.000000','queue','','datang','[["mines", "monthly", "2022-12", "datang"]]','["\u62a5\u544a.docx"]','safety-2022/mails/8.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[["mines", "monthly", "2022-12", "datang"]]',1);
INSERT INTO "mails" VALUES(15,'safety-2023','0000000000000000000000000000000000000000000000000000000000000008','<8@client.example>','datang@xf.example','','来信 8','[]','2022-12-26 07:08:00.000000','2022-12-27 01:00:00.000000','queue','','datang','[["skills", "interim", "2022-12-25", "datang"]]','["\u62a5\u544a.docx"]','safety-2023/mails/8.eml',1,'received','李','2022-12-27 02:10:00.000000','',NULL,NULL,'[]',1);
INSERT INTO "mails" VALUES(16,'safety-2022','0000000000000000000000000000000000000000000000000000000000000009','<9@client.example>','anxi@xf.example','','来信 9','[]','2022-12-26 07:09:00.000000','2022-12-27 01:00:00.000000','queue','','anxi','[]','["\u62a5\u544a.docx"]','safety-2022/mails/9.eml',1,'dismissed','王','2022-12-27 02:15:00.000000','',NULL,NULL,'[]',1);
INSERT INTO "mails" VALUES(17,'safety-2023','0000000000000000000000000000000000000000000000000000000000000009','<9@client.example>','anxi@xf.example','','来信 9','[]','2022-12-26 07:09:00.000000','2022-12-27 01:00:00.000000','queue','','anxi','[]','["\u62a5\u544a.docx"]','safety-2023/mails/9.eml',1,'received','李','2022-12-27 02:20:00.000000','',NULL,NULL,'[]',1);
INSERT INTO "mails" VALUES(18,'safety-2022','000000000000000000000000000000000000000000000000000000000000000a','<10@client.example>','jiading@xf.example','','来信 10','[]','2022-12-26 07:10:00.000000','2022-12-27 01:00:00.000000','supplement','','jiading','[]','["\u62a5\u544a.docx"]','safety-2022/mails/10.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[["skills", "interim", "2022-12-25", "jiading"]]',1);
INSERT INTO "mails" VALUES(19,'safety-2023','000000000000000000000000000000000000000000000000000000000000000a','<10@client.example>','jiading@xf.example','','来信 10','[]','2022-12-26 07:10:00.000000','2022-12-27 01:00:00.000000','queue','','jiading','[]','["\u62a5\u544a.docx"]','safety-2023/mails/10.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[["parks", "monthly", "2022-12", "jiading"]]',1);
INSERT INTO "mails" VALUES(20,'safety-2023','000000000000000000000000000000000000000000000000000000000000000b','<11@client.example>','mailer-daemon@mx.example','','来信 11','[]','2022-12-26 07:11:00.000000','2022-12-27 01:00:00.000000','bounce','','datang','[]','["\u62a5\u544a.docx"]','safety-2023/mails/11.eml',1,NULL,NULL,NULL,NULL,NULL,NULL,'[]',1);
CREATE TABLE mornings (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	day DATE NOT NULL,
	revision INTEGER NOT NULL,
	at DATETIME NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id),
	CONSTRAINT one_row_a_morning UNIQUE (campaign, day, revision)
);
INSERT INTO "mornings" VALUES(1,'safety-2022','2022-12-19',0,'2022-12-19 00:30:00.000000');
INSERT INTO "mornings" VALUES(2,'safety-2022','2022-12-19',1,'2022-12-19 02:30:00.000000');
INSERT INTO "mornings" VALUES(3,'safety-2022','2022-12-26',0,'2022-12-26 00:30:00.000000');
INSERT INTO "mornings" VALUES(4,'safety-2023','2022-12-26',0,'2022-12-26 01:00:00.000000');
INSERT INTO "mornings" VALUES(5,'safety-2023','2022-12-27',0,'2022-12-27 01:00:00.000000');
INSERT INTO "mornings" VALUES(6,'safety-2023','2022-12-27',1,'2022-12-27 03:30:00.000000');
CREATE TABLE "obligations" (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	"plan" VARCHAR(80) NOT NULL,
	requirement VARCHAR(80) NOT NULL,
	period VARCHAR(60) NOT NULL,
	unit VARCHAR(80) NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT one_obligation UNIQUE (campaign, unit, "plan", requirement, period),
	FOREIGN KEY(campaign) REFERENCES campaigns (id)
);
INSERT INTO "obligations" VALUES(1,'safety-2022','mines','monthly','2022-12','anxi');
INSERT INTO "obligations" VALUES(2,'safety-2022','mines','monthly','2022-12','datang');
INSERT INTO "obligations" VALUES(3,'safety-2022','mines','monthly','2022-12','jiading');
INSERT INTO "obligations" VALUES(4,'safety-2022','skills','final','once','anxi');
INSERT INTO "obligations" VALUES(5,'safety-2022','skills','final','once','datang');
INSERT INTO "obligations" VALUES(6,'safety-2022','skills','final','once','jiading');
INSERT INTO "obligations" VALUES(7,'safety-2022','skills','interim','2022-12-25','anxi');
INSERT INTO "obligations" VALUES(8,'safety-2022','skills','interim','2022-12-25','datang');
INSERT INTO "obligations" VALUES(9,'safety-2022','skills','interim','2022-12-25','jiading');
INSERT INTO "obligations" VALUES(10,'safety-2023','parks','accident','event-1','anxi');
INSERT INTO "obligations" VALUES(11,'safety-2023','parks','accident','event-1','datang');
INSERT INTO "obligations" VALUES(12,'safety-2023','parks','accident','event-1','jiading');
INSERT INTO "obligations" VALUES(13,'safety-2023','parks','monthly','2022-12','anxi');
INSERT INTO "obligations" VALUES(14,'safety-2023','parks','monthly','2022-12','datang');
INSERT INTO "obligations" VALUES(15,'safety-2023','parks','monthly','2022-12','jiading');
INSERT INTO "obligations" VALUES(16,'safety-2023','skills','interim','2022-12-25','anxi');
INSERT INTO "obligations" VALUES(17,'safety-2023','skills','interim','2022-12-25','datang');
INSERT INTO "obligations" VALUES(18,'safety-2023','skills','interim','2022-12-25','jiading');
INSERT INTO "obligations" VALUES(19,'safety-2022~drill','skills','interim','2022-12-25','jiading');
INSERT INTO "obligations" VALUES(20,'safety-2023~drill','skills','interim','2022-12-25','jiading');
INSERT INTO "obligations" VALUES(21,'exercise','skills','interim','2022-12-25','jiading');
CREATE TABLE pauses (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	unit VARCHAR(80),
	"plan" VARCHAR(80),
	first DATE NOT NULL,
	last DATE NOT NULL,
	reason TEXT NOT NULL,
	entered_by VARCHAR(80) NOT NULL,
	entered_at DATETIME NOT NULL,
	lifted_by VARCHAR(80),
	lifted_at DATETIME,
	PRIMARY KEY (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id)
);
INSERT INTO "pauses" VALUES(1,'safety-2022','anxi',NULL,'2022-12-26','2023-01-03','换届','王','2022-12-25 01:00:00.000000',NULL,NULL);
INSERT INTO "pauses" VALUES(2,'safety-2023',NULL,NULL,'2022-12-26','2023-01-03','迎检','王','2022-12-25 01:00:00.000000',NULL,NULL);
INSERT INTO "pauses" VALUES(3,'safety-2023','datang',NULL,'2022-12-26','2023-01-03','山洪','王','2022-12-25 01:00:00.000000','李','2022-12-26 01:30:00.000000');
INSERT INTO "pauses" VALUES(4,'safety-2023','jiading','parks','2022-12-26','2023-01-03','停电','王','2022-12-25 01:00:00.000000',NULL,NULL);
INSERT INTO "pauses" VALUES(5,'exercise',NULL,NULL,'2022-12-26','2023-01-03','模拟','王','2022-12-25 01:00:00.000000',NULL,NULL);
CREATE TABLE "phases" (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	"plan" VARCHAR(80) NOT NULL,
	phase VARCHAR(80) NOT NULL,
	opened_at DATETIME,
	closed_at DATETIME,
	letter INTEGER,
	PRIMARY KEY (id),
	CONSTRAINT one_mark_a_phase UNIQUE (campaign, "plan", phase),
	FOREIGN KEY(letter) REFERENCES letters (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id)
);
INSERT INTO "phases" VALUES(1,'safety-2022','skills','implementation','2022-12-19 02:31:00.000000','2022-12-26 00:31:00.000000',5);
INSERT INTO "phases" VALUES(2,'safety-2023','skills','implementation','2022-12-26 01:01:00.000000','2022-12-27 03:31:00.000000',13);
CREATE TABLE positions (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	folder VARCHAR(255) NOT NULL,
	validity BIGINT NOT NULL,
	last BIGINT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id),
	CONSTRAINT one_position_a_folder UNIQUE (campaign, folder)
);
INSERT INTO "positions" VALUES(1,'safety-2022','office@xf.example/INBOX',7,40);
INSERT INTO "positions" VALUES(2,'safety-2023','office@xf.example/INBOX',7,55);
INSERT INTO "positions" VALUES(3,'safety-2022','office@xf.example/Junk',7,90);
INSERT INTO "positions" VALUES(4,'safety-2023','office@xf.example/Junk',9,3);
INSERT INTO "positions" VALUES(5,'safety-2023','office@xf.example/报送',1,5);
CREATE TABLE probes (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	message_id VARCHAR(255) NOT NULL,
	sent_at DATETIME NOT NULL,
	seen_at DATETIME,
	found VARCHAR(255),
	PRIMARY KEY (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id),
	UNIQUE (message_id)
);
INSERT INTO "probes" VALUES(1,'safety-2022','<safety-2022.probe@xf.example>','2022-12-20 01:00:00.000000','2022-12-20 01:01:00.000000','mx.example');
INSERT INTO "probes" VALUES(2,'safety-2023','<safety-2023.probe@xf.example>','2022-12-20 01:00:00.000000','2022-12-20 01:01:00.000000','mx2.example');
CREATE TABLE promises (
	id INTEGER NOT NULL,
	call INTEGER NOT NULL,
	obligation INTEGER NOT NULL,
	until DATE NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT one_promise_a_call UNIQUE (call, obligation),
	FOREIGN KEY(call) REFERENCES calls (id),
	FOREIGN KEY(obligation) REFERENCES obligations (id)
);
INSERT INTO "promises" VALUES(1,1,8,'2022-12-30');
INSERT INTO "promises" VALUES(2,2,16,'2022-12-29');
INSERT INTO "promises" VALUES(3,2,13,'2022-12-29');
CREATE TABLE questions (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	open VARCHAR(80),
	asked_at DATETIME NOT NULL,
	day DATE NOT NULL,
	doubt VARCHAR(20) NOT NULL,
	against DATE,
	moment DATETIME,
	answer VARCHAR(20),
	answered_by VARCHAR(80),
	answered_at DATETIME,
	PRIMARY KEY (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id),
	UNIQUE (open)
);
INSERT INTO "questions" VALUES(1,'safety-2022',NULL,'2022-12-19 02:00:00.000000','2022-12-19','back','2022-12-19',NULL,'earlier_wrong','王','2022-12-19 02:00:00.000000');
INSERT INTO "questions" VALUES(2,'safety-2023',NULL,'2022-12-27 03:00:00.000000','2022-12-27','back','2022-12-27',NULL,'earlier_wrong','王','2022-12-27 03:00:00.000000');
INSERT INTO "questions" VALUES(3,'safety-2022','safety-2022','2022-12-28 00:30:00.000000','2022-12-28','gap','2022-12-27',NULL,NULL,NULL,NULL);
INSERT INTO "questions" VALUES(4,'safety-2023','safety-2023','2022-12-28 00:45:00.000000','2022-12-28','gap','2022-12-27',NULL,NULL,NULL,NULL);
CREATE TABLE "receipts" (
	id INTEGER NOT NULL,
	obligation INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	entry VARCHAR(20) NOT NULL,
	received_at DATETIME NOT NULL,
	channel VARCHAR(20) NOT NULL,
	entered_by VARCHAR(80) NOT NULL,
	note TEXT NOT NULL,
	entered_at DATETIME NOT NULL,
	due DATE,
	withdraws INTEGER,
	mail INTEGER,
	PRIMARY KEY (id),
	CONSTRAINT one_entry_at_a_time UNIQUE (obligation, seq),
	CONSTRAINT receipt_by_mail FOREIGN KEY(mail) REFERENCES mails (id),
	FOREIGN KEY(obligation) REFERENCES obligations (id)
);
INSERT INTO "receipts" VALUES(1,7,1,'received','2022-12-24 02:00:00.000000','phone','王','','2022-12-24 02:00:00.000000',NULL,NULL,NULL);
INSERT INTO "receipts" VALUES(2,7,2,'returned','2022-12-25 02:00:00.000000','phone','王','缺表','2022-12-25 02:00:00.000000',NULL,NULL,NULL);
INSERT INTO "receipts" VALUES(3,6,1,'extended','2022-12-24 02:00:00.000000','phone','王','','2022-12-24 02:00:00.000000','2023-01-10',NULL,NULL);
INSERT INTO "receipts" VALUES(4,16,1,'nil','2022-12-24 02:00:00.000000','phone','王','','2022-12-24 02:00:00.000000',NULL,NULL,NULL);
INSERT INTO "receipts" VALUES(5,14,1,'received','2022-12-24 02:00:00.000000','phone','王','','2022-12-24 02:00:00.000000',NULL,NULL,NULL);
INSERT INTO "receipts" VALUES(6,14,2,'withdrawn','2022-12-25 01:00:00.000000','phone','王','','2022-12-25 01:00:00.000000',NULL,1,NULL);
INSERT INTO "receipts" VALUES(7,9,1,'received','2022-12-26 07:01:00.000000','mail','王','','2022-12-26 07:01:00.000000',NULL,NULL,1);
INSERT INTO "receipts" VALUES(8,18,1,'received','2022-12-26 07:02:00.000000','mail','王','','2022-12-26 07:02:00.000000',NULL,NULL,4);
INSERT INTO "receipts" VALUES(9,3,1,'received','2022-12-26 07:05:00.000000','mail','王','','2022-12-26 07:05:00.000000',NULL,NULL,8);
INSERT INTO "receipts" VALUES(10,15,1,'received','2022-12-26 07:05:00.000000','mail','王','','2022-12-26 07:05:00.000000',NULL,NULL,9);
INSERT INTO "receipts" VALUES(11,17,1,'received','2022-12-26 07:08:00.000000','mail','王','','2022-12-26 07:08:00.000000',NULL,NULL,15);
INSERT INTO "receipts" VALUES(12,13,1,'received','2022-12-26 07:09:00.000000','mail','王','','2022-12-26 07:09:00.000000',NULL,NULL,17);
INSERT INTO "receipts" VALUES(13,21,1,'received','2022-12-24 02:00:00.000000','phone','王','','2022-12-24 02:00:00.000000',NULL,NULL,NULL);
CREATE TABLE reminders (
	id INTEGER NOT NULL,
	obligation INTEGER NOT NULL,
	code VARCHAR(30) NOT NULL,
	step VARCHAR(20) NOT NULL,
	letter INTEGER,
	missed_on DATE,
	PRIMARY KEY (id),
	FOREIGN KEY(letter) REFERENCES letters (id),
	FOREIGN KEY(obligation) REFERENCES obligations (id),
	CONSTRAINT one_reminder_a_step UNIQUE (obligation, code)
);
INSERT INTO "reminders" VALUES(1,9,'advance-5','advance',2,NULL);
INSERT INTO "reminders" VALUES(2,9,'due','due',3,NULL);
INSERT INTO "reminders" VALUES(3,3,'opening','opening',NULL,'2022-12-26');
INSERT INTO "reminders" VALUES(4,8,'due','due',4,NULL);
INSERT INTO "reminders" VALUES(5,3,'due','due',6,NULL);
INSERT INTO "reminders" VALUES(6,18,'due','due',8,NULL);
INSERT INTO "reminders" VALUES(7,17,'due','due',9,NULL);
INSERT INTO "reminders" VALUES(8,13,'opening','opening',10,NULL);
INSERT INTO "reminders" VALUES(9,15,'due','due',12,NULL);
INSERT INTO "reminders" VALUES(10,19,'due','due',15,NULL);
INSERT INTO "reminders" VALUES(11,20,'due','due',16,NULL);
INSERT INTO "reminders" VALUES(12,21,'due','due',17,NULL);
CREATE TABLE retractions (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	day DATE NOT NULL,
	revision INTEGER NOT NULL,
	question INTEGER NOT NULL,
	phases JSON NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(campaign) REFERENCES campaigns (id),
	FOREIGN KEY(question) REFERENCES questions (id),
	CONSTRAINT one_retraction_a_morning UNIQUE (campaign, day, revision)
);
INSERT INTO "retractions" VALUES(1,'safety-2022','2022-12-19',0,1,'[["skills", "implementation", "opened_at", "2022-12-19T08:31:00+08:00"]]');
INSERT INTO "retractions" VALUES(2,'safety-2023','2022-12-27',0,2,'[["skills", "implementation", "closed_at", "2022-12-27T09:01:00+08:00"]]');
CREATE TABLE told (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	"plan" VARCHAR(80) NOT NULL,
	requirement VARCHAR(80) NOT NULL,
	period VARCHAR(60) NOT NULL,
	nominal DATE NOT NULL,
	due DATE NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT one_date_told UNIQUE (campaign, "plan", requirement, period, nominal),
	FOREIGN KEY(campaign) REFERENCES campaigns (id)
);
INSERT INTO "told" VALUES(1,'safety-2022','mines','monthly','2022-12','2022-12-31','2022-12-30');
INSERT INTO "told" VALUES(2,'safety-2023','parks','monthly','2022-12','2022-12-31','2023-01-03');
CREATE TABLE trust (
	id INTEGER NOT NULL,
	campaign VARCHAR(80) NOT NULL,
	server VARCHAR(255) NOT NULL,
	hosts JSON NOT NULL,
	learned_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (campaign),
	FOREIGN KEY(campaign) REFERENCES campaigns (id)
);
INSERT INTO "trust" VALUES(1,'safety-2022','mx.example','["mx.example"]','2022-12-20 01:01:00.000000');
INSERT INTO "trust" VALUES(2,'safety-2023','mx2.example','["mx2.example"]','2022-12-20 01:01:00.000000');
CREATE INDEX ix_reminders_letter ON reminders (letter);
CREATE INDEX ix_receipts_mail ON receipts (mail);
CREATE INDEX ix_leases_holder ON leases (holder);
CREATE INDEX ix_halts_account ON halts (account);
CREATE INDEX mails_of_a_unit ON mails (campaign, unit);
CREATE INDEX ix_beginnings_campaign ON beginnings (campaign);
CREATE INDEX ix_pauses_campaign ON pauses (campaign);
CREATE INDEX calls_of_a_unit ON calls (campaign, unit);
CREATE INDEX ix_promises_obligation ON promises (obligation);
CREATE INDEX letters_of_a_day ON letters (campaign, day);
CREATE UNIQUE INDEX one_code_a_letter ON letters (campaign, code);
CREATE INDEX obligations_of_an_item ON obligations (campaign, "plan", requirement, period, unit);
COMMIT;
