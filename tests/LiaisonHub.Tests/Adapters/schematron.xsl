<?xml version="1.0" encoding="UTF-8"?>
<!--
  Makes one XSLT 2.0 stylesheet of Schematron schemas (ISO/IEC 19757-3, query binding xslt2), as far as they use patterns, rules, abstract rules that others extend, assertions and reports. Its input names
  the schemas: <files><file>URI</file>...</files>. What the made stylesheet says of a document: each rule that applied, each assertion that was tested, each that failed.
-->
<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:out="urn:out" xmlns:sch="http://purl.oclc.org/dsdl/schematron" xmlns:xs="http://www.w3.org/2001/XMLSchema"
                exclude-result-prefixes="sch">
  <xsl:namespace-alias stylesheet-prefix="out" result-prefix="xsl"/>
  <xsl:output indent="yes"/>

  <xsl:template match="/files">
    <xsl:variable name="schemas" select="for $file in file return doc($file)/sch:schema"/>
    <out:stylesheet version="2.0">
      <xsl:for-each-group select="$schemas/sch:ns[@prefix != 'xml']" group-by="@prefix">
        <xsl:namespace name="{@prefix}" select="@uri"/>
      </xsl:for-each-group>
      <xsl:namespace name="xs">http://www.w3.org/2001/XMLSchema</xsl:namespace>
      <out:template match="/">
        <report>
          <xsl:for-each select="$schemas/sch:pattern">
            <out:apply-templates select="/" mode="{generate-id()}"/>
          </xsl:for-each>
        </report>
      </out:template>
      <xsl:apply-templates select="$schemas/sch:pattern"/>
    </out:stylesheet>
  </xsl:template>

  <!-- Of the rules of a pattern, the first whose context a node matches applies to it. -->
  <xsl:template match="sch:pattern">
    <xsl:variable name="mode" select="generate-id()"/>
    <out:template match="/ | * | @* | text()" mode="{$mode}" priority="-10">
      <out:apply-templates select="@* | node()" mode="{$mode}"/>
    </out:template>
    <xsl:for-each select="sch:rule[not(@abstract = 'true')]">
      <out:template match="{@context}" mode="{$mode}" priority="{10000 - position()}">
        <rule context="{replace(replace(@context, '\{', '{{'), '\}', '}}')}"/>
        <xsl:apply-templates select="sch:assert | sch:report | sch:extends"/>
        <out:apply-templates select="@* | node()" mode="{$mode}"/>
      </out:template>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="sch:extends">
    <xsl:apply-templates select="ancestor::sch:schema//sch:rule[@id = current()/@rule]/(sch:assert | sch:report | sch:extends)"/>
  </xsl:template>

  <xsl:template match="sch:assert | sch:report">
    <tested id="{@id}"/>
    <out:if test="{if (self::sch:assert) then concat('not(', @test, ')') else @test}">
      <failed id="{@id}"/>
    </out:if>
  </xsl:template>
</xsl:stylesheet>
