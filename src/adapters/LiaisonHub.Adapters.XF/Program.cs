return await LiaisonHub.Desk.CountryProgram.Run(LiaisonHub.Adapters.XF.Xf.Country, args);
